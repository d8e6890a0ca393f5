import type { Clock } from "./clock.js";

/** The same kind of warning appears at most once in this time, in milliseconds. */
const QUIET_MS = 60_000;
/** Different reasons for a refusal that are told in the life of a client. */
const MAX_REASONS = 20;
/** What is told of a text of others, in characters. */
const MAX_QUOTE = 200;

/** `warn`: something is lost or wrong. `debug`: only with the option `debug`. */
export type LogLevel = "warn" | "debug";
export type Logger = (message: string, level: LogLevel) => void;

/**
 * What the developer is told: bounded, and never able to disturb the host.
 *
 * No line holds the key: it is taken out of everything, since a server, a proxy or an event may repeat it. What others wrote
 * is cut and put on one line (`quote`).
 */
export class Log {
  readonly #quietUntil = new Map<string, number>();
  readonly #reasons = new Set<string>();

  readonly #write: Logger;
  readonly #clock: Clock;
  readonly #secret: string;
  readonly #debugging: boolean;

  constructor(write: Logger, clock: Clock, secret: string, debugging: boolean) {
    this.#write = write;
    this.#clock = clock;
    this.#secret = secret;
    this.#debugging = debugging;
  }

  /** At most once in `quietMs` for each `kind`. */
  warn(kind: string, message: string, quietMs = QUIET_MS): void {
    const now = this.#clock.monotonic();
    if (now < (this.#quietUntil.get(kind) ?? -Infinity)) return;
    this.#quietUntil.set(kind, now + quietMs);
    this.#say(message, "warn");
  }

  /** Why something was refused: once in the life of the client for each `reason`, whatever value it names behind "got". */
  refusal(reason: string, message: string): void {
    const kind = reason.replace(/, (got|found) .*/s, "");
    if (this.#reasons.has(kind) || this.#reasons.size > MAX_REASONS) return;
    this.#reasons.add(kind);
    const last = this.#reasons.size > MAX_REASONS;
    this.#say(last ? `${MAX_REASONS} reasons of refusals were told; no more will be` : message, "warn");
  }

  /** `line` is only made if somebody listens. */
  debug(line: () => string): void {
    if (this.#debugging) this.#say(line(), "debug");
  }

  /** A text of others, fit for a line. */
  quote(text: string): string {
    const line = this.#clean(text).replace(/[\s\p{C}]+/gu, " ");
    return (line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE)}…` : line).trim();
  }

  #clean(text: string): string {
    return text.replaceAll(this.#secret, "***");
  }

  #say(message: string, level: LogLevel): void {
    try {
      this.#write(`audioscape: ${this.#clean(message)}`, level);
    } catch {
      // A logger that throws is the host's affair, but not a reason to disturb the host.
    }
  }
}
