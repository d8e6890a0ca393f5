/** What the address asks for, and how to ask for something else. */

import { useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Parameters } from "../api/client.ts";
import { type Asked, type FilterName, OWN, parametersOf, parse, type Span, span, usualPeriod, write } from "./asked.ts";
import { boot } from "./boot.ts";
import { dayOf } from "./calendar.ts";

/** An address with some parameters changed; undefined or "" takes one out. */
export function withParameters(url: string, changed: Readonly<Record<string, string | undefined>>): string {
  const { pathname, searchParams } = new URL(url, location.origin);
  const parameters = new URLSearchParams(parametersOf(searchParams));
  for (const [name, value] of Object.entries(changed)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  // Commas between values and ids are readable as they are.
  const query = parameters.toString().replaceAll("%2C", ",");
  return query ? `${pathname}?${query}` : pathname;
}

/** Another page with the same period, comparison and filters; none where a link shows one page and no other. */
export function samePeriod(url: string, path: string): string | undefined {
  if (!boot.session) return undefined;
  const here = parametersOf(new URL(url, location.origin).searchParams);
  const kept = Object.fromEntries(OWN.map((name) => [name, here[name]]));
  return withParameters(path, kept);
}

/** Parameters of a question about these values alone, of those that the filters let pass: so nothing is left out. */
export function only(parameters: Parameters, name: FilterName, values: readonly string[]): Parameters {
  return { ...parameters, [name]: values.join(","), [`${name}_not`]: undefined };
}

/**
 * Another state of the page at an address. Its list begins anew, as another list may have no such place; what changes
 * nothing is no step in the browser, but is asked again, as what "today" means may have changed.
 */
function goTo(
  { url, route }: Pick<ReturnType<typeof useLocation>, "url" | "route">,
  changed: Readonly<Record<string, string | undefined>>,
): void {
  const isSame = withParameters(url, changed) === withParameters(url, {});
  route(withParameters(url, isSame ? changed : { ...changed, offset: undefined }), isSame);
}

export function useAsked() {
  const { url, path, route } = useLocation();
  const query = useMemo(() => parametersOf(new URL(url, location.origin).searchParams), [url]);
  const now = Date.now();
  const { settings, first_day } = boot;
  const { zone, week_start } = settings;
  const usual = usualPeriod(path, now, zone, first_day);
  const asked = useMemo(() => parse(query, usual), [query, usual]);
  // By value: a page must not ask again because a moment has passed, but when a day or an hour has.
  const { from, to } = span(asked, now, zone, first_day);
  const period: Span = useMemo(() => ({ from, to }), [from, to]);
  const filters = useMemo(() => {
    const joined = Object.entries(asked.filters).map(([name, values]) => [name, values.join(",")]);
    return Object.fromEntries(joined) as Record<string, string>;
  }, [asked]);
  return {
    asked,
    /** The period where the address says none. */
    usual,
    period,
    /** Period, zone and filters as parameters of a question. */
    parameters: { ...period, zone, ...filters } as Record<string, string>,
    /** The filters alone. */
    filters,
    today: dayOf(now, zone),
    zone,
    weekStart: week_start,
    /** Ask for something else; one step back in the browser undoes it. */
    ask: (next: Asked) => goTo({ url, route }, write(next, usual)),
    /** Set parameters that belong to the page itself, such as its order; no step of its own in the browser. */
    set: (changed: Readonly<Record<string, string | undefined>>) => route(withParameters(url, changed), true),
    /** The text that the page's list is narrowed to, and how to look for another one. */
    sought: query.search || undefined,
    find: (text: string) => goTo({ url, route }, { search: text }),
    query,
    url,
  };
}
