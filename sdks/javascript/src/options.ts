import type { Clock } from "./clock.js";
import type { Callbacks } from "./ledger.js";
import type { Log } from "./log.js";
import { read } from "./sanitize.js";
import type { Transport } from "./transport.js";

/** What `configureAnalytics` may change. Outside its bounds, the bound is used and a warning logged. */
export interface AnalyticsOptions {
  /** Seconds between flushes: 5 to 300. Default 30. */
  batchInterval?: number | undefined;
  /** Events in a request: 1 to 500, at most `maxQueueSize`. Default 50. */
  maxBatchSize?: number | undefined;
  /** Events kept while the server is away: 1 or more. Default 500. */
  maxQueueSize?: number | undefined;
}

export interface AudioScapeOptions extends AnalyticsOptions, Callbacks {
  /** The API key. On a web page everybody can read it: use one that may only ingest. */
  apiKey: string;
  /** The server, without the path. Default `https://api.audioscape.ai`. */
  endpoint?: string | undefined;
  /** Compress bodies over 1,024 bytes where the platform can. Default true. */
  gzip?: boolean | undefined;
  /** Roblox universe the events belong to. */
  universeId?: string | number | undefined;
  /** Roblox place the events belong to. */
  placeId?: string | number | undefined;
  /** Receives warnings, never with the key. Default `console.warn`. */
  logger?: ((message: string) => void) | undefined;
  /** Stands in for `fetch`. */
  transport?: Transport | undefined;
  /** Stands in for the system's clock and timers. */
  clock?: Clock | undefined;
  /** Stands in for `Math.random`: jitter, 0 ≤ n < 1. */
  rng?: (() => number) | undefined;
}

/** The numbers in force; seconds and counts. */
export type Settings = Readonly<Record<keyof AnalyticsOptions, number>>;

export const DEFAULT_SETTINGS: Settings = { batchInterval: 30, maxBatchSize: 50, maxQueueSize: 500 };
export const DEFAULT_ENDPOINT = "https://api.audioscape.ai";
/** How long `flush` and `close` wait at most, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 10_000;
const PATH = "/analytics/v1/analytics";

/** `settings` with the changes of `options`, each brought within its bounds, with a warning if it was not. */
export function withOptions(settings: Settings, options: AnalyticsOptions, log: Log): Settings {
  const within = (name: keyof Settings, low: number, high: number): number => {
    const asked = read(options, name) ?? undefined;
    const used = Math.min(high, Math.max(low, Number.isFinite(asked) ? (asked as number) : settings[name]));
    if (asked !== undefined && asked !== used) {
      const found = typeof asked === "number" ? asked : typeof asked;
      log.warn(name, `${name} must be ${low} to ${high}, found ${found}; using ${used}`);
    }
    return used;
  };
  const maxQueueSize = within("maxQueueSize", 1, Number.MAX_SAFE_INTEGER);
  return {
    batchInterval: within("batchInterval", 5, 300),
    maxBatchSize: within("maxBatchSize", 1, Math.min(500, maxQueueSize)),
    maxQueueSize,
  };
}

/** Checks what only a developer can mend. Throws TypeError, without repeating the key. */
export function checkKey(apiKey: unknown): string {
  if (typeof apiKey === "string" && /^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new TypeError(`apiKey must be a string of visible ASCII characters without spaces, found ${found(apiKey)}`);
}

/** The URL events go to. Throws TypeError for anything but the plain address of a server. */
export function eventsUrl(endpoint: unknown): string {
  if (typeof endpoint === "string" && /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i.test(endpoint)) {
    return endpoint.replace(/\/+$/, "") + PATH;
  }
  throw new TypeError(`endpoint must be like "https://analytics.example.com", found ${found(endpoint)}`);
}

/** Says what a value is without showing it: it may hold a key or a password. */
function found(value: unknown): string {
  return typeof value === "string" ? `${value.length} characters that are not` : typeof value;
}
