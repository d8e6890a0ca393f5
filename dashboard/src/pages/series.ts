/** From the series of an answer to what a chart draws. */
import type { Interval } from "../frame/asked.ts";
import { axisLabel, longLabel } from "../frame/calendar.ts";
import type { Bucket as ChartBucket, Note } from "../kit/charts/Chart.tsx";

/** What every series of the API has: where its buckets begin, and their name in the project's zone. */
export interface Started {
  readonly start: string;
  readonly label: string;
}

export function bucketsOf(series: readonly Started[], interval: Interval): ChartBucket[] {
  const times = series.map(({ label }) => label.slice(0, 16));
  return series.map(({ label }, index) => {
    const isTwice = interval === "hour" && (times[index - 1] === times[index] || times[index + 1] === times[index]);
    return {
      short: axisLabel(label, interval),
      // When clocks are put back an hour comes twice.
      long: longLabel(label, interval) + (isTwice ? ` (UTC${label.slice(16)})` : ""),
    };
  });
}

const LONGEST_MS = { hour: 3_600_000, day: 25 * 3_600_000, week: 169 * 3_600_000, month: 31 * 25 * 3_600_000 };

/** The first bucket that has not ended. */
export function openFrom(series: readonly Started[], interval: Interval, now: number): number {
  const first = series.findIndex(({ start }, index) => {
    const next = series[index + 1];
    return (next ? Date.parse(next.start) : Date.parse(start) + LONGEST_MS[interval]) > now;
  });
  return first < 0 ? series.length : first;
}

export interface Annotation {
  readonly id: string;
  readonly at: string;
  readonly until: string | null;
  readonly text: string;
}

/** Notes as marks at the buckets that they are about. */
export function notesAt(series: readonly Started[], annotations: readonly Annotation[]): Note[] {
  const starts = series.map(({ start }) => Date.parse(start));
  const at = (time: number) => starts.findLastIndex((start) => start <= time);
  return annotations.flatMap(({ at: from, until, text }) => {
    const first = at(Date.parse(from));
    const last = until ? at(Date.parse(until)) : first;
    return last < 0 ? [] : [{ first: Math.max(0, first), last, text }];
  });
}
