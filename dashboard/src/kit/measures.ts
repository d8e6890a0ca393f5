/** What is measured, in the words that pages use for it. */
import type { Kind } from "./numbers.ts";

export interface Measure {
  readonly title: string;
  readonly kind: Kind;
  /** What it counts, in a sentence that the page prints. */
  readonly define: string;
  /** Which way is better; none for what is neither. */
  readonly better: "up" | "down" | "none";
}

/** By the names of the API. docs/counting.md has the same definitions at length. */
export const MEASURES = {
  events: { title: "Events", kind: "count", define: "All events, of custom types too.", better: "none" },
  plays: { title: "Plays", kind: "count", define: "Times a track began.", better: "up" },
  listeners: {
    title: "Listeners",
    kind: "count",
    define: "Different players with a play, stop or skip. Who comes back is counted once.",
    better: "up",
  },
  listened_seconds: {
    title: "Listening time",
    kind: "seconds",
    define: "What was listened to, as stops and skips tell it. A play without an end adds nothing.",
    better: "up",
  },
  completed: { title: "Completed", kind: "count", define: "Stops after at least 90 % of the track.", better: "up" },
  completion_rate: {
    title: "Completion",
    kind: "rate",
    define: "Share of listens (stops and skips) that reached at least 90 % of the track.",
    better: "up",
  },
  skips: { title: "Skips", kind: "count", define: "Times a player skipped a track.", better: "down" },
  skip_rate: {
    title: "Skip rate",
    kind: "rate",
    define: "Skips, as a share of listens (stops and skips). A play without an end is no skip.",
    better: "down",
  },
  up_votes: { title: "Votes up", kind: "count", define: "Votes up, as they were cast.", better: "up" },
  down_votes: { title: "Votes down", kind: "count", define: "Votes down, as they were cast.", better: "down" },
  favorites: { title: "Favourites added", kind: "count", define: "Times a track was made a favourite.", better: "up" },
  unfavorites: { title: "Favourites removed", kind: "count", define: "Times that was undone.", better: "down" },
  queue_adds: { title: "Queue adds", kind: "count", define: "Times a track was put into a queue.", better: "up" },
  search_clicks: {
    title: "Search clicks",
    kind: "count",
    define: "Clicks on a result of a search. What was searched without a click is not known.",
    better: "up",
  },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;
