/** The last day on which the project has an event. */
import { address, askAll, Failure } from "../api/client.ts";
import { type Events, events } from "../api/questions.ts";
import { DEFAULT, span } from "../frame/asked.ts";
import { dayOf } from "../frame/calendar.ts";

/**
 * @param type of the event; undefined = any.
 * @returns null where there never was one.
 */
export async function lastDay(zone: string, type: string | undefined): Promise<string | null> {
  const ever = span({ ...DEFAULT, period: "all" }, Date.now(), zone);
  const [part] = await askAll([address(events({ ...ever, zone, type, limit: 1 }))], new AbortController().signal);
  const { status, body } = part!;
  if (status !== 200) throw new Failure(status, (body as { error: string }).error);
  const [last] = (body as Events).events;
  return last ? dayOf(last.timestamp * 1000, zone) : null;
}
