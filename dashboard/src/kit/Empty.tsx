/** What a panel says where there is nothing: not under these filters, not in this period, or never anything. */
import { useState } from "preact/hooks";
import { plusDays } from "../frame/calendar.ts";
import { isMember } from "../frame/Desk.tsx";
import { useAsked } from "../frame/use-asked.ts";

/** Whose events they are; where it is not said, those of any type. */
const TYPES: Readonly<Record<string, string>> = { plays: "play", "search clicks": "search_click" };

export function Empty({ what = "events" }: { readonly what?: string }) {
  const { asked, ask, zone } = useAsked();
  const [told, setTold] = useState("");
  const type = TYPES[what];
  const kind = type ? what : "events";
  const showLast = async () => {
    const { lastDay } = await import("./last-day.ts");
    const day = await lastDay(zone, type);
    if (day) ask({ period: "custom", from: day, to: plusDays(day, 1), compare: asked.compare, filters: {} });
    else setTold(`No ${kind} have ever come.`);
  };
  if (Object.keys(asked.filters).length)
    return (
      <>
        <p>No {what} in this period under these filters.</p>
        <button type="button" onClick={() => ask({ ...asked, filters: {} })}>
          Clear filters
        </button>
      </>
    );
  return (
    <>
      <p>No {what} in this period.</p>
      <span>
        {/* Guests and visitors are not told of single events. */}
        {isMember() && (
          <button type="button" onClick={() => showLast().catch((error: Error) => setTold(error.message))}>
            Show the last day with {kind}
          </button>
        )}
        {asked.period !== "all" && (
          <button type="button" onClick={() => ask({ period: "all", compare: asked.compare, filters: {} })}>
            Show all time
          </button>
        )}
      </span>
      <p role="status">{told}</p>
    </>
  );
}
