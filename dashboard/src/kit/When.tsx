/** A moment, by the clock of the project's zone; unrounded in its title. */
import { boot } from "../frame/boot.ts";

interface WhenProps {
  /** As RFC 3339 has it. */
  readonly at: string | null;
  /** What to say where there is none. */
  readonly never?: string;
}

const format = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: boot.settings.zone,
});

export function When({ at, never = "never" }: WhenProps) {
  if (!at) return <span class="muted">{never}</span>;
  return (
    <time dateTime={at} title={at}>
      {format.format(new Date(at))}
    </time>
  );
}
