/** The questions that pages ask, with the types of their answers, as `schema.ts` has them from the server. */
import { type Parameters, type Question, question } from "./client.ts";
import type { components } from "./schema.ts";

type Schemas = components["schemas"];
export type Overview = Schemas["Overview"];
export type Bucket = Schemas["Bucket"];
export type Measures = Schemas["Measures"];
export type Tracks = Schemas["Tracks"];
export type TrackRow = Schemas["TrackRow"];
export type TrackDetail = Schemas["TrackDetail"];
export type Typical = Schemas["Typical"];
export type SearchQuery = Schemas["SearchQuery"];
export type SearchExplained = Schemas["SearchExplained"];
export type SearchQueries = Schemas["SearchQueries"];
export type ClickedRanks = Schemas["ClickedRanks"];
export type Outcome = Schemas["Outcome"];
export type Outcomes = Schemas["Outcomes"];
export type MadeSearches = Schemas["MadeSearches"];
export type MadeSearch = Schemas["MadeSearch"];
export type Neighbour = Schemas["Neighbour"];
export type Neighbours = Schemas["Neighbours"];
export type Experiences = Schemas["Experiences"];
export type Chart = Schemas["Chart"];
export type TrackScore = Schemas["TrackScore"];
export type ExperienceRow = Schemas["Experience"];
export type IngestStatus = Schemas["IngestStatus"];
export type Live = Schemas["Live"];
export type ActivePlayers = Schemas["ActivePlayers"];
export type LiveRejection = Schemas["LiveRejection"];
export type Rhythm = Schemas["Rhythm"];
export type Funnel = Schemas["Funnel"];
export type FunnelDrop = Schemas["FunnelDrop"];
export type FunnelGroup = Schemas["FunnelGroup"];
export type Audience = Schemas["Audience"];
export type Sessions = Schemas["Sessions"];
export type Cohorts = Schemas["Cohorts"];
export type Explored = Schemas["Explored"];
export type EventType = Schemas["EventType"];
export type MetadataKey = Schemas["MetadataKey"];
export type Event = Schemas["Event"];
export type Events = Schemas["Events"];
export type ScoreHistory = Schemas["ScoreHistory"];

/** A question whose answer has a name in the API's description. */
function about<Name extends keyof Schemas>(path: string) {
  return (parameters: Parameters): Question<Schemas[Name]> => question<Schemas[Name]>(path, parameters);
}

/** The period before costs as much again: it is asked for by who shows it. */
export const overview = (parameters: Parameters) =>
  question<Overview>("overview", { previous: "false", ...parameters });
export const tracks = about<"Tracks">("tracks");
export const searchQueries = about<"SearchQueries">("search/queries");
export const searchOutcomes = about<"Outcomes">("search/outcomes");
export const searchesMade = about<"MadeSearches">("search/made");
export const clickedRanks = about<"ClickedRanks">("search/ranks");
export const experiences = about<"Experiences">("experiences");
export const popular = about<"Chart">("charts/popular");
export const trending = about<"Chart">("charts/trending");
export const searchExplain = about<"SearchExplained">("search/explain");

export const track = (asset: string, parameters: Parameters) =>
  question<TrackDetail>(`tracks/${encodeURIComponent(asset)}`, parameters);
export const typicalListening = (asset: string, { from, to, zone }: Parameters) =>
  question<Typical>(`tracks/${encodeURIComponent(asset)}/typical`, { from, to, zone });
export const neighbours = (asset: string, parameters: Parameters) =>
  question<Neighbours>(`tracks/${encodeURIComponent(asset)}/neighbours`, parameters);
export const trackScore = (asset: string, parameters: Parameters = {}) =>
  question<TrackScore>(`tracks/${encodeURIComponent(asset)}/score`, parameters);
export const funnel = about<"Funnel">("funnel");
export const audience = about<"Audience">("audience");
export const sessions = about<"Sessions">("audience/sessions");
export const cohorts = about<"Cohorts">("audience/cohorts");
export const explore = about<"Explored">("explore");
export const eventTypes = about<"EventTypes">("explore/types");
export const metadataKeys = about<"MetadataKeys">("explore/keys");
export const events = about<"Events">("events");
export const ingest = about<"IngestStatus">("ingest");
export const live = about<"Live">("live");
export const activePlayers = about<"ActivePlayers">("live/players");
export const rhythm = about<"Rhythm">("rhythm");
