import type { TrackEvent } from "./event.js";
import type { Log } from "./log.js";

/** Sees an event as it would be sent, super-properties included. Returns it, changed or not, or null to drop it. */
export type BeforeSend = (event: TrackEvent) => TrackEvent | null;

/**
 * The hook, made safe: undefined says that the event is to be dropped.
 *
 * A hook that fails may be there to take out private data, so what it failed on is never sent: a hook that throws, is async,
 * returns neither an event nor null, or tracks (which would call it again, without end).
 */
export function guarded(hook: BeforeSend, log: Log): (event: TrackEvent) => TrackEvent | undefined {
  let inside = false;
  const failed = (how: string): undefined => {
    log.warn("beforeSend", `beforeSend ${how}: what it fails on is dropped`, Infinity);
  };
  return (event) => {
    if (inside) return failed("called track");
    inside = true;
    try {
      const kept: unknown = hook(event);
      if (kept === null) return undefined;
      if (kept instanceof Promise) {
        kept.catch(() => {}); // Its failure would end a Node process as unhandled.
        return failed("must not be async");
      }
      return typeof kept === "object"
        ? (kept as TrackEvent)
        : failed(`must return an event or null, found ${typeof kept}`);
    } catch (error) {
      log.debug(() => `beforeSend: ${error}`);
      return failed("threw");
    } finally {
      inside = false;
    }
  };
}
