import type { BeforeSend } from "./before-send.js";
import type { Clock } from "./clock.js";
import type { Metadata } from "./event.js";
import type { Callbacks } from "./ledger.js";
import type { Log, Logger } from "./log.js";
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

/** Everything a client can be told. Which of it is required depends on the platform. */
export interface ClientOptions extends AnalyticsOptions, Callbacks {
  /** The API key. On a web page everybody can read it: use one that may only ingest. */
  apiKey?: string | undefined;
  /** The address of your AudioScape server, without a path of the API. There is no default. */
  endpoint?: string | undefined;
  /** Compress bodies over 1,024 bytes where the platform can. Default true. */
  gzip?: boolean | undefined;
  /** Roblox universe the events belong to. */
  universeId?: string | number | undefined;
  /** Roblox place the events belong to. */
  placeId?: string | number | undefined;
  /** Sees every event as it would be sent. Returns it, changed or not, or null to drop it. */
  beforeSend?: BeforeSend | undefined;
  /** Metadata of every event; what the event itself says wins. `register` adds to it. */
  superProperties?: Metadata | undefined;
  /** False: `track…` does nothing and counts nothing, until `setEnabled(true)`. Default true. */
  enabled?: boolean | undefined;
  /** Do everything but send; each batch counts as accepted. Default false. */
  dryRun?: boolean | undefined;
  /** Log each event, each request and each answer. Default false. */
  debug?: boolean | undefined;
  /** Receives warnings, and what `debug` tells; never the key. Default `console.warn`. */
  logger?: Logger | undefined;
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
/** How long `flush` and `close` wait at most, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 10_000;
const PATH = "/analytics/v1/analytics";
/** What a right endpoint looks like. */
export const EXAMPLE = '"https://analytics.example.com"';

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

/**
 * The key, without the white space that a file or a shell put around it. Throws TypeError, without repeating the key, for
 * what only a developer can mend; so do the other checks here.
 */
export function checkKey(apiKey: unknown): string {
  const key = trimmed(apiKey);
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  if (apiKey === undefined || apiKey === null || (typeof apiKey === "string" && !key))
    throw new TypeError(
      "apiKey is missing: give a key with the scope ingest as apiKey (in Node also as AUDIOSCAPE_API_KEY)",
    );
  throw new TypeError(`apiKey must be a string of visible ASCII characters without spaces, found ${found(apiKey)}`);
}

/** The URL events go to. Nothing is sent to a host that nobody named. */
export function eventsUrl(endpoint: unknown): string {
  const address = trimmed(endpoint);
  if (/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i.test(address)) return address.replace(/\/+$/, "") + PATH;
  throw new TypeError(
    endpoint === undefined || endpoint === null || (typeof endpoint === "string" && !address)
      ? `endpoint is missing: give the address of your AudioScape server, such as ${EXAMPLE}, as endpoint (in Node also as AUDIOSCAPE_ENDPOINT)`
      : `endpoint must be like ${EXAMPLE}, found ${found(endpoint)}`,
  );
}

/** A member that must be of a certain type where it is given: a switch or a hook that is silently ignored would do harm. */
export function checked<T>(options: object, name: keyof ClientOptions, type: "boolean" | "function", standard: T): T {
  const value = read(options, name) ?? standard;
  if (value === standard || typeof value === type) return value as T;
  throw new TypeError(`${name} must be a ${type}, found ${typeof value}`);
}

function trimmed(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

/** Says what a value is without showing it: it may hold a key or a password. */
function found(value: unknown): string {
  return typeof value === "string" ? `${value.length} characters that are not` : typeof value;
}
