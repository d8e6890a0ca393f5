/**
 * What a developer hands to `track`, and what travels.
 *
 * Inside the SDK an event is the JSON text of its wire form, made once, when it is tracked. So nothing the host does to its
 * objects afterwards changes what is sent, an event can no longer spoil its neighbours, and a batch is a join of strings.
 */

/** A Roblox asset or player id. Numbers and bigints travel as their decimal digits. */
export type Id = string | number | bigint;

/** The eight event types that feed scores and dashboards; any other string is a custom type. */
export type BuiltInType =
  | "play"
  | "stop"
  | "skip"
  | "vote"
  | "favorite"
  | "unfavorite"
  | "add_to_queue"
  | "search_click";

/** Of an event: at most 10 keys. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

/** One event. Absent, `undefined` and `null` mean the same for every optional member. */
export interface TrackEvent {
  /** One of the built-in types, or a custom one of 1 to 128 characters. */
  type: BuiltInType | (string & {});
  /** Required for built-in types: 1 to 19 decimal digits. */
  assetId?: Id | null | undefined;
  /** Your own id of the listener; cut to 256 characters. */
  playerId?: Id | null | undefined;
  /** Seconds. `play`: length of the track; `stop` and `skip`: time listened. */
  duration?: number | null | undefined;
  /** `vote` only. */
  value?: "up" | "down" | (string & {}) | null | undefined;
  metadata?: Metadata | null | undefined;
  /** Unix seconds, fractions allowed; by default the moment of the call. */
  timestamp?: number | null | undefined;
}

/** The JSON text of an event's wire form. */
export type WireEvent = string;

/** The event as the developer's callbacks see it: the same member names as in `track`. */
export function toTrackEvent(wire: WireEvent): TrackEvent {
  const { asset_id: assetId, player_id: playerId, ...rest } = JSON.parse(wire);
  return { ...rest, ...(assetId !== undefined && { assetId }), ...(playerId !== undefined && { playerId }) };
}
