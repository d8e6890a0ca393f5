import { type Batch, ENVELOPE_BYTES, plainPayload } from "./batch.js";
import type { WireEvent } from "./event.js";
import { utf8Length } from "./utf8.js";

/**
 * Every event that has no final outcome yet.
 *
 * Two parts in one order: `batches`, frozen at their first attempt, oldest first; then `fresh`, not sent yet. Events
 * carry positions (0, 1, 2 … in the order of tracking) so that "all that was tracked before now" is one number.
 *
 * Invariants
 * - `size` = events in `batches` + events in `fresh`, and never exceeds the bound given to `add`.
 * - An event leaves exactly once: settled with its batch, or evicted.
 * - A batch on the wire is never evicted, a batch is never edited.
 * - Positions in `batches` are below those in `fresh`, both ascending.
 */
export class EventQueue {
  #fresh: WireEvent[] = [];
  #batches: Batch[] = [];
  /** One more than the position of the newest event. */
  end = 0;

  readonly #newKey: () => string;

  constructor(newKey: () => string) {
    this.#newKey = newKey;
  }

  get size(): number {
    return this.#batches.reduce((sum, batch) => sum + batch.events.length, this.#fresh.length);
  }

  /** Events that were never sent. */
  get freshSize(): number {
    return this.#fresh.length;
  }

  /** Position of the oldest event without an outcome; `end` when there is none. */
  get oldest(): number {
    return this.#batches[0]?.start ?? this.end - this.#fresh.length;
  }

  get onWire(): Batch[] {
    return this.#batches.filter((batch) => batch.outcome);
  }

  /** Appends an event within the bound `limit`. Returns what was lost for it: possibly the event itself. */
  add(event: WireEvent, limit: number): readonly WireEvent[] {
    const lost = this.evict(limit - 1);
    if (this.size >= limit) return [...lost, event];
    this.#fresh.push(event);
    this.end++;
    return lost;
  }

  /** Makes room until at most `limit` events remain, oldest first; what is on the wire stays. */
  evict(limit: number): readonly WireEvent[] {
    const lost: WireEvent[] = [];
    while (this.size > limit) {
      const waiting = this.#batches.find((batch) => !batch.outcome);
      if (waiting) {
        this.settle(waiting);
        lost.push(...waiting.events);
      } else if (this.#fresh.length) {
        lost.push(...this.#fresh.splice(0, Math.ceil(this.size - limit)));
      } else {
        break;
      }
    }
    return lost;
  }

  /**
   * The next batch to send: the oldest that waits to be resent, else a new one of up to `maxEvents` from the head.
   * With `maxBytes`, only what fits in a body of that size, uncompressed if it is new.
   */
  next(maxEvents: number, maxBytes = Infinity): Batch | undefined {
    const waiting = this.#batches.find((batch) => !batch.outcome && sizeOf(batch) <= maxBytes);
    if (waiting) return waiting;
    let count = Math.min(maxEvents, this.#fresh.length);
    if (maxBytes < Infinity) count = this.#fitting(count, maxBytes);
    if (count <= 0) return undefined;
    const batch = { start: this.end - this.#fresh.length, events: this.#fresh.splice(0, count), key: this.#newKey() };
    this.#batches.push(batch);
    return batch;
  }

  has(batch: Batch): boolean {
    return this.#batches.includes(batch);
  }

  /** Takes a batch out; in its place come the batches it was cut into, if any. */
  settle(batch: Batch, ...parts: Batch[]): void {
    this.#batches.splice(this.#batches.indexOf(batch), 1, ...parts);
  }

  /** Gives up everything, ending what is on the wire. */
  clear(): readonly WireEvent[] {
    for (const batch of this.#batches) batch.abort?.abort();
    const lost = [...this.#batches.flatMap((batch) => batch.events), ...this.#fresh];
    this.#batches = [];
    this.#fresh = [];
    return lost;
  }

  #fitting(count: number, maxBytes: number): number {
    let bytes = ENVELOPE_BYTES;
    for (let index = 0; index < count; index++) {
      bytes += utf8Length(this.#fresh[index]!) + 1;
      if (bytes - 1 > maxBytes) return index;
    }
    return count;
  }
}

function sizeOf(batch: Batch): number {
  return (batch.payload ?? plainPayload(batch)).bytes.length;
}
