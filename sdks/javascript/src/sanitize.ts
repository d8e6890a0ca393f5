import type { WireEvent } from "./event.js";
import { utf8Length } from "./utf8.js";

/**
 * Turns whatever the host passed to `track` into the JSON text of one event, or says why it cannot be.
 *
 * Never throws: the host's objects may hold cycles, getters that throw, BigInts or half characters. What cannot be
 * put into JSON is mended or refused here; what the server refuses by its own rules is the server's to judge.
 */

/** An event's largest JSON text, in bytes: with a full queue of 500 the SDK stays under 16 MB. */
export const MAX_EVENT_BYTES = 32_768;
const MAX_TYPE_CHARACTERS = 128;
const MAX_PLAYER_ID_CHARACTERS = 256;
const MAX_METADATA_KEYS = 10;

/** Why an event was refused before it was queued; the text is for the developer. */
export interface Refusal {
  readonly refusal: string;
}

/** `now` is the event's time unless it brings its own, in Unix seconds. */
export function sanitize(event: unknown, now: number): WireEvent | Refusal {
  const type = read(event, "type");
  if (typeof type !== "string" || !type || characters(type, MAX_TYPE_CHARACTERS) !== type) {
    return { refusal: `type must be a string of 1 to ${MAX_TYPE_CHARACTERS} characters` };
  }
  const assetId = id(read(event, "assetId"));
  const playerId = id(read(event, "playerId"));
  if (assetId === null || playerId === null) {
    return { refusal: `${assetId === null ? "assetId" : "playerId"} must be a string or an integer` };
  }
  const value = read(event, "value");
  const wire = JSON.stringify({
    type: text(type),
    asset_id: assetId,
    timestamp: finite(read(event, "timestamp")) ?? now,
    player_id: playerId === undefined ? undefined : characters(playerId, MAX_PLAYER_ID_CHARACTERS),
    duration: finite(read(event, "duration")),
    value: typeof value === "string" ? text(value) : undefined,
    metadata: metadata(read(event, "metadata")),
  });
  // No text is longer in characters than in bytes: the measuring is left out where the answer is plain.
  if (wire.length * 3 > MAX_EVENT_BYTES && utf8Length(wire) > MAX_EVENT_BYTES) {
    return { refusal: `the event is over ${MAX_EVENT_BYTES} bytes of JSON` };
  }
  return wire;
}

/** A member of an object that may be hostile: a getter that throws counts as absent. */
export function read(object: unknown, key: string): unknown {
  try {
    return (object as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

/** The id as text, `undefined` if absent, `null` if it is no id. BigInt writes large integers without an exponent. */
function id(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return text(value);
  if (typeof value === "bigint" || Number.isInteger(value)) return BigInt(value as number).toString();
  return null;
}

export function finite(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined;
}

/** JSON allows half of a surrogate pair as an escape, and one of them makes servers refuse the whole body. */
function text(value: string): string {
  return value.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** The first `count` characters. Cut by code points: a slice by code units may leave half a character. */
function characters(value: string, count: number): string {
  return value.length <= count ? value : [...value.slice(0, 2 * count)].slice(0, count).join("");
}

function metadata(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // Without a prototype, so that a key named __proto__ is a key like any other.
  const scalars: Record<string, unknown> = Object.create(null);
  try {
    for (const key of Object.keys(value)) {
      const member = read(value, key);
      if (typeof member === "string") scalars[text(key)] = text(member);
      else if (typeof member === "boolean" || Number.isFinite(member)) scalars[text(key)] = member;
    }
  } catch {
    return undefined; // A proxy that refuses to be listed.
  }
  const keys = Object.keys(scalars);
  for (const key of keys.sort().slice(MAX_METADATA_KEYS)) delete scalars[key];
  return keys.length ? scalars : undefined;
}
