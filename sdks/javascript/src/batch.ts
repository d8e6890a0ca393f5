import type { WireEvent } from "./event.js";
import { utf8 } from "./utf8.js";

/** The bytes of a request's body, and how they are encoded. */
export interface Payload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzip: boolean;
}

/**
 * Events that travel together, from their first attempt until they are answered for good.
 *
 * The events, the key and, once set, the payload never change: every resend is the same bytes under the same key,
 * which is what lets the server recognise it.
 */
export interface Batch {
  /** Position of the first event among all ever queued. */
  readonly start: number;
  readonly events: readonly WireEvent[];
  /** The `Idempotency-Key`. */
  readonly key: string;
  /** Absent until the body is packed. */
  payload?: Payload;
  /** While on the wire (or being packed for it): resolves to whether it was answered for good. Never rejects. */
  outcome?: Promise<boolean> | undefined;
  /** Ends the request that is on the wire. */
  abort?: AbortController;
}

/** What the envelope adds to the events and their commas, in bytes. */
export const ENVELOPE_BYTES = '{"events":[]}'.length;

export function plainPayload(batch: Batch): Payload {
  return { bytes: utf8(`{"events":[${batch.events.join(",")}]}`), gzip: false };
}

/** Two batches in place of one that was too large; the first gets the odd event. */
export function halve(batch: Batch, newKey: () => string): [Batch, Batch] {
  const middle = Math.ceil(batch.events.length / 2);
  return [
    { start: batch.start, events: batch.events.slice(0, middle), key: newKey() },
    { start: batch.start + middle, events: batch.events.slice(middle), key: newKey() },
  ];
}
