/**
 * What a page may have in the air with `fetch(…, {keepalive: true})`.
 *
 * Browsers allow 64 KiB for all such requests of a page together, headers included, and refuse what goes beyond. So one
 * budget serves all clients on a page, and stays below that.
 */
const MAX_BYTES = 60_000;
/** Requests at once; browsers refuse more than a handful at page close. */
const MAX_REQUESTS = 14;

export class KeepaliveBudget {
  #bytes = 0;
  #requests = 0;

  /** Bytes that one more request may have. */
  get free(): number {
    return this.#requests < MAX_REQUESTS ? MAX_BYTES - this.#bytes : 0;
  }

  /** Takes `bytes` out of the budget and returns how to give them back; undefined if they are more than is free. */
  take(bytes: number): (() => void) | undefined {
    if (bytes > this.free) return undefined;
    this.#bytes += bytes;
    this.#requests++;
    return () => {
      this.#bytes -= bytes;
      this.#requests--;
    };
  }
}
