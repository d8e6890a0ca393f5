/**
 * Pages by the names under which views are saved and links are made, and their addresses.
 *
 * The page of one track has the track in its path; a view has it in its query, as the filter `asset`.
 */
import { DEFAULT, type PeriodName } from "./asked.ts";

const PATHS: Readonly<Record<string, string>> = {
  overview: "/",
  tracks: "/tracks",
  search: "/search",
  audience: "/audience",
  funnel: "/funnel",
  events: "/events",
  live: "/live",
  experiences: "/experiences",
};
/** Those that a link can show. */
const SHARED = new Set(["overview", "tracks", "track", "search", "audience", "funnel", "experiences"]);
const TRACK = /^\/tracks\/(\d+)$/;

export interface Named {
  readonly page: string;
  readonly query: string;
}

/**
 * The page at an address; null of one that shows no data.
 * @param usual its period where the address says none.
 */
export function named(url: string, usual: PeriodName): Named | null {
  const { pathname, searchParams } = new URL(url, "http://x");
  // A view and a link keep the period that is seen, also where it is the page's own.
  if (usual !== DEFAULT.period && !searchParams.has("period") && !searchParams.has("from"))
    searchParams.set("period", usual);
  const [, asset] = TRACK.exec(pathname) ?? [];
  if (asset) searchParams.set("asset", asset);
  const page = asset ? "track" : Object.keys(PATHS).find((name) => PATHS[name] === pathname);
  return page ? { page, query: searchParams.toString() } : null;
}

/** The address of a page. */
export function addressOf({ page, query }: Named): string {
  const parameters = new URLSearchParams(query);
  let path = PATHS[page] ?? "/";
  if (page === "track") {
    path = `/tracks/${parameters.get("asset")}`;
    parameters.delete("asset");
  }
  const rest = parameters.toString();
  return rest ? `${path}?${rest}` : path;
}

export const canBeShared = ({ page }: Named) => SHARED.has(page);
