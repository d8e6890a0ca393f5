/** From the series of an answer to what a chart draws. */
import { type Interval, isOver, type Span } from "../frame/asked.ts";
import { axisLabel, dayOf, isDay, longLabel, plusDays } from "../frame/calendar.ts";
import type { Bucket as ChartBucket, Note } from "../kit/charts/Chart.tsx";
import type { State } from "../kit/charts/states.ts";

const HOUR_MS = 3_600_000;

/** What every series of the API has: where its buckets begin, and their name in the project's zone. */
export interface Started {
  readonly start: string;
  readonly label: string;
}

/** In which period and zone they are asked for. */
export interface Within {
  readonly period: Span;
  readonly zone: string;
}

export function bucketsOf(
  series: readonly Started[],
  interval: Interval,
  within: Within,
  now = Date.now(),
): ChartBucket[] {
  const times = series.map(({ label }) => label.slice(0, 16));
  const states = statesOf(series, interval, within, now);
  return series.map(({ label }, index) => {
    const isTwice = interval === "hour" && (times[index - 1] === times[index] || times[index + 1] === times[index]);
    return {
      short: axisLabel(label, interval),
      // When clocks are put back an hour comes twice.
      long: longLabel(label, interval) + (isTwice ? ` (UTC${label.slice(16)})` : ""),
      state: states[index],
    };
  });
}

/** The first day of a bucket. */
const dayIn = (label: string) => (label.length < 10 ? `${label}-01` : label.slice(0, 10));

/** The day after the last one of a bucket of days. */
function endOf(label: string, interval: Exclude<Interval, "hour">): string {
  if (interval !== "month") return plusDays(label.slice(0, 10), interval === "day" ? 1 : 7);
  // The 32nd day is in the next month, however long this one is.
  return `${plusDays(`${label.slice(0, 7)}-01`, 31).slice(0, 7)}-01`;
}

/**
 * Which buckets are not whole. Days, weeks and months end with a day of the project's zone, which may have 23 or 25
 * hours. What is past the end of the period is not told, so a bucket is open no longer than that.
 */
function statesOf(
  series: readonly Started[],
  interval: Interval,
  { period, zone }: Within,
  now: number,
): (State | undefined)[] {
  const today = dayOf(now, zone);
  const { from, to } = period;
  const isPast = isOver(period, now, zone);
  const lastDay = isDay(to) ? to : dayOf(Number(to) * 1000, zone);
  return series.map(({ start, label }) => {
    const begins = Date.parse(start);
    if (begins > now) return "ahead";
    const end = interval === "hour" ? "" : endOf(label, interval);
    const isEnded = interval === "hour" ? begins + HOUR_MS <= now : end <= today;
    if (!isEnded && !isPast) return "open";
    const beginsBefore = isDay(from) ? dayIn(label) < from : begins < Number(from) * 1000;
    const endsAfter = interval === "hour" ? !isDay(to) && begins + HOUR_MS > Number(to) * 1000 : end > lastDay;
    return beginsBefore || endsAfter ? "cut" : undefined;
  });
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
