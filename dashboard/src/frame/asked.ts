/**
 * What a page is asked for: a period, what to compare it with, and filters. All of it stands in the address, so that a
 * link, the back button and a reload show the same.
 *
 * Invariants: `parse` takes any query whatsoever and falls back to the default of what it can't read; what `write`
 * writes is read back as the same; a default is not written. No value is both kept and left out.
 */
import { dayOf, daysBetween, isDay, nextHour, plusDays } from "./calendar.ts";

export const PERIODS = {
  today: "Today",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "28d": "Last 28 days",
  "91d": "Last 91 days",
  month: "This month",
  year: "This year",
  all: "All time",
  custom: "Custom",
} as const;
export type PeriodName = keyof typeof PERIODS;

export const COMPARISONS = { previous: "Period before", year: "Year before", none: "Nothing" } as const;
export type Comparison = keyof typeof COMPARISONS;

export const FILTERS = { universe: "Experience", place: "Place", asset: "Track", key: "API key" } as const;
export type FilterName = keyof typeof FILTERS;
/** As an address and the API have it: values that are kept, or with `_not` values that are left out. */
export type FilterParameter = FilterName | `${FilterName}_not`;
export type Filters = { readonly [name in FilterParameter]?: readonly string[] };

export interface Asked {
  readonly period: PeriodName;
  /** First day, and the day after the last; of a custom period only. */
  readonly from?: string;
  readonly to?: string;
  readonly compare: Comparison;
  readonly filters: Filters;
}

/** A period as the API takes it: days of the project's zone, or Unix seconds. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export type Interval = "hour" | "day" | "week" | "month";

/** Also what a link shows whose query says none. */
export const DEFAULT: Asked = { period: "28d", compare: "previous", filters: {} };
export const leavesOut = (name: FilterParameter) => name.endsWith("_not");
export const filterOf = (name: FilterParameter) => name.replace("_not", "") as FilterName;
const opposite = (name: FilterParameter): FilterParameter =>
  leavesOut(name) ? filterOf(name) : `${filterOf(name)}_not`;
/** What is kept before what is left out. */
const FILTERING = (Object.keys(FILTERS) as FilterName[]).flatMap((name) => [name, opposite(name)]);
/** Every parameter of `Asked`; what else an address holds belongs to its page. */
export const OWN = ["period", "from", "to", "compare", ...FILTERING];
/** The longest period that the API answers, in days. */
export const ALL_DAYS = 3_660;
/** Values of a filter that the API takes. */
const MOST_VALUES = 100;
const DAY_S = 86_400;

/**
 * The period of a page whose address says none: who comes back is seen in weeks, not in days. Where the project is
 * younger than that, all of it, with today.
 */
export function usualPeriod(path: string, now: number, zone: string, firstDay: string | null): PeriodName {
  const period = path === "/audience" ? "91d" : DEFAULT.period;
  return firstDay && firstDay > span({ ...DEFAULT, period }, now, zone).from ? "all" : period;
}

/** The parameters of an address. One that is given again is a list, as with commas; where none is meant, unreadable. */
export function parametersOf(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join(",")]));
}

/** @param usual the period where the query says none, or one that can't be read. */
export function parse(query: Readonly<Record<string, string>>, usual = DEFAULT.period): Asked {
  const filters: { [name in FilterParameter]?: string[] } = {};
  for (const name of FILTERING) {
    const values = new Set(givenFor(name, query).filter((value) => /^[\w-]{1,64}$/.test(value)));
    for (const kept of filters[opposite(name)] ?? []) values.delete(kept);
    if (values.size) filters[name] = [...values].slice(0, MOST_VALUES);
  }
  return { ...(periodIn(query) ?? { period: usual }), compare: comparisonIn(query) ?? DEFAULT.compare, filters };
}

/** The values of a query's filters that `parse` passes over: unreadable ones, both kept and left out, or too many. */
export function passedOver(query: Readonly<Record<string, string>>): Filters {
  const { filters } = parse(query);
  const found = FILTERING.map((name) => [name, givenFor(name, query).filter((each) => !filters[name]?.includes(each))]);
  return Object.fromEntries(found.filter(([, values]) => values!.length));
}

function givenFor(name: FilterParameter, query: Readonly<Record<string, string>>): string[] {
  const given = (query[name] ?? "").split(",").map((value) => value.trim());
  return given.filter(Boolean).map((value) => canonical(name, value));
}

/** The period of a query; undefined where it says none, null where nobody can tell which one it means. */
export function periodIn({
  period,
  from = "",
  to = "",
}: Readonly<Record<string, string>>): Pick<Asked, "period" | "from" | "to"> | null | undefined {
  if (!period && !from && !to) return undefined;
  if (period && period !== "custom") return Object.hasOwn(PERIODS, period) ? { period: period as PeriodName } : null;
  const isPeriod = isDay(from) && isDay(to) && from < to && daysBetween(from, to) <= ALL_DAYS;
  return isPeriod ? { period: "custom", from, to } : null;
}

/** What a query compares with; undefined where it does not say, null where nobody can tell what it means. */
export function comparisonIn({ compare }: Readonly<Record<string, string>>): Comparison | null | undefined {
  if (!compare) return undefined;
  return Object.hasOwn(COMPARISONS, compare) ? (compare as Comparison) : null;
}

/** An id without leading zeros, as the API compares it. */
function canonical(name: FilterParameter, value: string): string {
  return filterOf(name) === "key" ? value : value.replace(/^0+(?=\d)/, "");
}

/** As parameters of an address; undefined where it is the default. */
export function write(asked: Asked, usual = DEFAULT.period): Record<string, string | undefined> {
  const written: Record<string, string | undefined> = {
    period: asked.period === usual ? undefined : asked.period,
    from: asked.from,
    to: asked.to,
    compare: asked.compare === DEFAULT.compare ? undefined : asked.compare,
  };
  for (const name of FILTERING) written[name] = asked.filters[name]?.join(",");
  return written;
}

/**
 * Which days that is now.
 * @param firstDay with which the project begins, if that is known.
 */
export function span(asked: Asked, now: number, zone: string, firstDay: string | null = null): Span {
  const today = dayOf(now, zone);
  const tomorrow = plusDays(today, 1);
  switch (asked.period) {
    case "today":
      return { from: today, to: tomorrow };
    case "24h": {
      const hour = nextHour(now, zone) / 1000;
      return { from: String(hour - DAY_S), to: String(hour) };
    }
    case "7d":
    case "28d":
    case "91d":
      return { from: plusDays(today, -Number.parseInt(asked.period, 10)), to: today };
    case "month":
      return { from: `${today.slice(0, 7)}-01`, to: tomorrow };
    case "year":
      return { from: `${today.slice(0, 4)}-01-01`, to: tomorrow };
    case "all": {
      const longest = plusDays(tomorrow, -ALL_DAYS);
      // By a clock that is behind, the project is yet to begin.
      const isTold = firstDay && longest < firstDay && firstDay <= today;
      return { from: isTold ? firstDay : longest, to: tomorrow };
    }
    case "custom":
      return { from: asked.from!, to: asked.to! };
  }
}

/** Whether nothing of a period is still to come. */
export function isOver({ to }: Span, now: number, zone: string): boolean {
  return isDay(to) ? to <= dayOf(now, zone) : Number(to) * 1000 <= now;
}

/** The whole days that a period touches. */
export function daysOf({ from, to }: Span, zone: string): Span {
  if (isDay(from)) return { from, to };
  return { from: dayOf(Number(from) * 1000, zone), to: plusDays(dayOf(Number(to) * 1000 - 1, zone), 1) };
}

/** By which buckets so long a time is drawn. */
export function interval(asked: Span): Interval {
  const days = isDay(asked.from) ? daysBetween(asked.from, asked.to) : 1;
  if (days <= 2) return "hour";
  if (days <= 92) return "day";
  return days <= 400 ? "week" : "month";
}

/** The period of equal length before or after; null for what has none. */
export function stepped(asked: Asked, now: number, zone: string, direction: -1 | 1): Asked | null {
  if (asked.period === "all" || asked.period === "24h") return null;
  const { from, to } = span(asked, now, zone);
  const days = daysBetween(from, to) * direction;
  const moved = { from: plusDays(from, days), to: plusDays(to, days) };
  return moved.from > dayOf(now, zone) ? null : { ...asked, period: "custom", ...moved };
}

/** With a filter set, or without it where there is no value. What it keeps is left out no more, and the reverse. */
export function filtered(asked: Asked, name: FilterParameter, values: readonly string[]): Asked {
  const { [name]: _, [opposite(name)]: opposed, ...others } = asked.filters;
  const left = opposed?.filter((value) => !values.includes(value)) ?? [];
  const filters = {
    ...others,
    ...(left.length && { [opposite(name)]: left }),
    ...(values.length && { [name]: values }),
  };
  return { ...asked, filters };
}

/** With a value more in a filter. */
export function filteredToo(asked: Asked, name: FilterParameter, values: readonly string[]): Asked {
  const all = [...(asked.filters[name] ?? []), ...values.map((value) => canonical(name, value))];
  return filtered(asked, name, [...new Set(all)]);
}

/** With a value left out that was kept, or kept that was left out. */
export function turned(asked: Asked, name: FilterParameter, value: string): Asked {
  return filteredToo(asked, opposite(name), [value]);
}
