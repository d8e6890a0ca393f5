/** From the series of an answer to what a chart draws. */
import type { Interval } from "../frame/asked.ts";
import { axisLabel, dayOf, longLabel, plusDays } from "../frame/calendar.ts";
import type { Bucket as ChartBucket, Note } from "../kit/charts/Chart.tsx";

const HOUR_MS = 3_600_000;

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

/** The day after the last one of a bucket of days. */
function endOf(label: string, interval: Exclude<Interval, "hour">): string {
  if (interval !== "month") return plusDays(label.slice(0, 10), interval === "day" ? 1 : 7);
  // The 32nd day is in the next month, however long this one is.
  return `${plusDays(`${label.slice(0, 7)}-01`, 31).slice(0, 7)}-01`;
}

/**
 * The first bucket that has not ended. Days, weeks and months end with a day of the project's zone, which may have 23 or
 * 25 hours.
 */
export function openFrom(series: readonly Started[], interval: Interval, now: number, zone: string): number {
  const today = dayOf(now, zone);
  const first = series.findIndex(({ start, label }) =>
    interval === "hour" ? Date.parse(start) + HOUR_MS > now : endOf(label, interval) > today,
  );
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
