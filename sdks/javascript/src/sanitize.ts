import type { Metadata, WireEvent } from "./event.js";
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

/**
 * `now` is the event's time unless it brings its own, in Unix seconds. `common` is metadata that it carries as well, as
 * `scalars` made it.
 */
export function sanitize(event: unknown, now: number, common?: Metadata): WireEvent | Refusal {
  const type = read(event, "type");
  if (typeof type !== "string" || !type || characters(type, MAX_TYPE_CHARACTERS) !== type) {
    const found = typeof type === "string" ? `${[...type].length} characters` : typeof type;
    return { refusal: `type must be a string of 1 to ${MAX_TYPE_CHARACTERS} characters, found ${found}` };
  }
  const assetId = id(read(event, "assetId"), "assetId");
  const playerId = id(read(event, "playerId"), "playerId");
  if (typeof assetId === "object") return assetId;
  if (typeof playerId === "object") return playerId;
  const value = read(event, "value");
  const wire = JSON.stringify({
    type: text(type),
    asset_id: assetId,
    timestamp: finite(read(event, "timestamp")) ?? now,
    player_id: playerId === undefined ? undefined : characters(playerId, MAX_PLAYER_ID_CHARACTERS),
    duration: finite(read(event, "duration")),
    value: typeof value === "string" ? text(value) : undefined,
    metadata: metadata(read(event, "metadata"), common),
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

/** The id as text, `undefined` if absent. BigInt writes large integers without an exponent. */
function id(value: unknown, name: string): string | undefined | Refusal {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return text(value);
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return BigInt(value as number).toString();
  const found = typeof value === "number" ? value : typeof value;
  return {
    refusal: Number.isInteger(value)
      ? `${name} is a number beyond 2^53, which JavaScript rounds: give it as a string or a bigint, found ${found}`
      : `${name} must be a string or an integer, found ${found}`,
  };
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

/** What an event carries: its own keys first, then those common to all. */
function metadata(own: unknown, common: Metadata | undefined): Metadata | undefined {
  if (!own && !common) return undefined;
  const carried: Record<string, Metadata[string]> = Object.create(null);
  let count = 0;
  for (const source of [scalars(own), common ?? {}]) {
    for (const key of Object.keys(source).sort()) {
      if (key in carried || count === MAX_METADATA_KEYS) continue;
      carried[key] = source[key]!;
      count++;
    }
  }
  return count ? carried : undefined;
}

/**
 * The members of an object that metadata may hold; the names of the others are added to `unusable`. Without a prototype, so that
 * a key named __proto__ is a key like any other.
 */
export function scalars(value: unknown, unusable: string[] = []): Metadata {
  const found: Record<string, Metadata[string]> = Object.create(null);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return found;
  try {
    for (const key of Object.keys(value)) {
      const member = read(value, key);
      if (typeof member === "string") found[text(key)] = text(member);
      else if (typeof member === "boolean" || Number.isFinite(member)) found[text(key)] = member as number;
      else unusable.push(key);
    }
  } catch {
    // A proxy that refuses to be listed.
  }
  return found;
}
