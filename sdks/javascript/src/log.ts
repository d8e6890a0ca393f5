import type { Clock } from "./clock.js";

/** The same kind of message appears at most once in this time, in milliseconds. */
const QUIET_MS = 60_000;

/**
 * Warnings for the developer: rate limited by kind, and never able to disturb the host.
 *
 * Messages are built from fixed text, counts and HTTP statuses. What a server or a transport said is never repeated: it
 * might hold the key.
 */
export class Log {
  readonly #quietUntil = new Map<string, number>();

  readonly #write: (message: string) => void;
  readonly #clock: Clock;

  constructor(write: (message: string) => void, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  warn(kind: string, message: string, quietMs = QUIET_MS): void {
    const now = this.#clock.monotonic();
    if (now < (this.#quietUntil.get(kind) ?? -Infinity)) return;
    this.#quietUntil.set(kind, now + quietMs);
    try {
      this.#write(`audioscape: ${message}`);
    } catch {
      // A logger that throws is the host's affair, but not a reason to disturb the host.
    }
  }
}
