/**
 * One page for who was given a link to it. The link's token stands behind the #, which no server and no log sees; it is
 * sent in a header, and kept by this tab, so that a reload shows the page again.
 */

import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { Failure, openBy, shared } from "../api/client.ts";
import type { Shared } from "../api/desk.ts";
import { isAway, keepAsking } from "../api/reach.ts";
import { COMPARISONS, type Comparison, isOver, PERIODS } from "../frame/asked.ts";
import { followProject } from "../frame/boot.ts";
import { plusDays } from "../frame/calendar.ts";
import { inWords } from "../frame/clauses.ts";
import { Eventless } from "../frame/Eventless.tsx";
import { calledBy } from "../frame/Filters.tsx";
import { PAGES } from "../frame/pages.ts";
import { Underway } from "../frame/Underway.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { Page } from "../kit/Page.tsx";

const KEPT = "audioscape.link";
const PATHS: Readonly<Record<string, string>> = { overview: "/", track: "/tracks/:asset" };
/** The pages that a link shows compared. Lists are not told of the period before. */
const COMPARED: Readonly<Record<Comparison, readonly string[]>> = {
  previous: ["overview", "track", "funnel"],
  year: ["overview", "tracks", "track", "funnel", "experiences"],
  none: [],
};

export default function Share() {
  const { route } = useLocation();
  const [found, setFound] = useState<Shared | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  useEffect(() => {
    // Another link, opened in the same tab, changes nothing but what stands behind the #.
    const reload = () => location.reload();
    addEventListener("hashchange", reload);
    return () => removeEventListener("hashchange", reload);
  }, []);
  const open = () =>
    shared<Shared>().then((told) => {
      followProject({ zone: told.zone, week_start: told.week_start }, told.first_day);
      // What the link locks stands in the address, as on every page.
      route(told.query ? `/share?${told.query}` : "/share", true);
      setFailure(null);
      setFound(told);
    }, setFailure);
  useEffect(() => {
    const token = location.hash.slice(1) || sessionStorage.getItem(KEPT) || "";
    if (!token) {
      setFailure(new Error("A link to a page goes on after a #; here is nothing of that kind."));
      return;
    }
    sessionStorage.setItem(KEPT, token);
    openBy(token);
    void open();
  }, []);
  const isDown = failure instanceof Failure && isAway(failure.status);
  useEffect(() => (isDown ? keepAsking(open) : undefined), [isDown]);
  if (failure || !found)
    return (
      <Page name="share" title="A shared page" ready={Boolean(failure)}>
        <p role={failure ? "alert" : undefined}>{failure?.message ?? "Opening…"}</p>
      </Page>
    );
  const path = PATHS[found.page] ?? `/${found.page}`;
  const { title = "Track", component: Shown } = PAGES.find((page) => page.path === path)!;
  const until = new Date(found.ends_at).toLocaleDateString(undefined, { timeZone: found.zone, dateStyle: "medium" });
  return (
    <div class="content">
      <header class="bar">
        <b>AudioScape</b> <span data-shared={found.project}>{found.project}</span>
        <Shows page={found.page} />
        <span class="until muted">shared until {until}</span>
      </header>
      <Underway>{found.has_events ? <Shown /> : <Eventless title={title} />}</Underway>
    </div>
  );
}

/** Period, comparison and filters: a link locks them, so there is no bar that says and changes them. */
function Shows({ page }: { readonly page: string }) {
  const { asked, period, zone } = useAsked();
  const days = asked.period === "custom" ? `${period.from} to ${plusDays(period.to, -1)}` : PERIODS[asked.period];
  const isCompared = COMPARED[asked.compare].includes(page);
  // The page of a track has it as its subject.
  const { asset, ...others } = asked.filters;
  const filters = inWords(page === "track" ? others : asked.filters, calledBy);
  return (
    <>
      <span title={`Days of ${zone}`}>
        {days}
        {isCompared && `, compared with the ${COMPARISONS[asked.compare].toLowerCase()}`}
        {isCompared && !isOver(period, Date.now(), zone) && " up to now"}
      </span>
      {filters && <span data-filters>{filters}</span>}
    </>
  );
}
