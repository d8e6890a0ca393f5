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
export type SearchQuery = Schemas["SearchQuery"];
export type SearchExplained = Schemas["SearchExplained"];
export type SearchQueries = Schemas["SearchQueries"];
export type Experiences = Schemas["Experiences"];
export type Chart = Schemas["Chart"];
export type TrackScore = Schemas["TrackScore"];
export type Rhythm = Schemas["Rhythm"];
export type ScoreHistory = Schemas["ScoreHistory"];

/** A question whose answer has a name in the API's description. */
function about<Name extends keyof Schemas>(path: string) {
  return (parameters: Parameters): Question<Schemas[Name]> => question<Schemas[Name]>(path, parameters);
}

export const overview = about<"Overview">("overview");
export const tracks = about<"Tracks">("tracks");
export const searchQueries = about<"SearchQueries">("search/queries");
export const experiences = about<"Experiences">("experiences");
export const popular = about<"Chart">("charts/popular");
export const trending = about<"Chart">("charts/trending");
export const searchExplain = about<"SearchExplained">("search/explain");

export const track = (asset: string, parameters: Parameters) =>
  question<TrackDetail>(`tracks/${encodeURIComponent(asset)}`, parameters);
export const trackScore = (asset: string, parameters: Parameters = {}) =>
  question<TrackScore>(`tracks/${encodeURIComponent(asset)}/score`, parameters);
export const ingest = about<"IngestStatus">("ingest");
export const rhythm = about<"Rhythm">("rhythm");
