/** A point in time, as the project's zone writes it: everybody who looks reads the same. */
import { boot } from "../frame/boot.ts";

const format = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
  timeZone: boot.settings.zone,
});

/** @param at RFC 3339, or Unix seconds. */
export function Moment({ at }: { readonly at: string | number }) {
  const time = new Date(typeof at === "number" ? at * 1000 : at);
  return (
    <time dateTime={time.toISOString()} title={boot.settings.zone}>
      {format.format(time)}
    </time>
  );
}
