/** What is searched, what is clicked, and why results are ranked as they are. */

import {
  type ClickedRanks,
  clickedRanks,
  overview,
  type SearchQuery,
  searchExplain,
  searchesMade,
  searchOutcomes,
  searchQueries,
} from "../api/questions.ts";
import { useAnswers } from "../api/use-answers.ts";
import { interval as intervalOf } from "../frame/asked.ts";
import { boot } from "../frame/boot.ts";
import { isMember } from "../frame/Desk.tsx";
import { samePeriod, useAsked } from "../frame/use-asked.ts";
import { BarChart } from "../kit/charts/BarChart.tsx";
import { Define } from "../kit/Define.tsx";
import { Empty } from "../kit/Empty.tsx";
import { Find } from "../kit/Find.tsx";
import { Long } from "../kit/Long.tsx";
import { Num } from "../kit/Num.tsx";
import { Page } from "../kit/Page.tsx";
import { Pager } from "../kit/Pager.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { Explained } from "./Explained.tsx";
import { LIMIT as MADE, MadeSearches } from "./MadeSearches.tsx";
import { notesOf, useNotes } from "./notes.tsx";
import { PLAYED, Short, SKIPPED, SkippedEarly, ThenPlayed } from "./outcomes.tsx";
import { Spellings } from "./Spellings.tsx";
import { bucketsOf } from "./series.ts";

const LIMIT = 50;
/** A mean rank and clicks from which a search deserves a look. */
const DEEP_RANK = 5;
const DEEP_CLICKS = 20;

export default function Search() {
  const { find, period, parameters, query, set, sought, url, weekStart, zone } = useAsked();
  const interval = intervalOf(period);
  const offset = Math.max(0, Number.parseInt(query.offset ?? "0", 10) || 0);
  // What came of a click may be of another time and place than a link shows.
  const isTold = boot.session !== null;
  // What was searched, and why results are ranked as they are, is about all tracks.
  const isWhole = isMember();
  const searched = { ...parameters, search: sought, limit: MADE };
  const part = { ...parameters, search: sought, limit: LIMIT, offset };
  const byTime = overview({ ...parameters, interval, week_start: weekStart });
  const answers = useAnswers(
    {
      overview: byTime,
      queries: searchQueries(part),
      ranks: clickedRanks(parameters),
      notes: notesOf(parameters),
      outcomes: isTold ? searchOutcomes(part) : null,
      made: isWhole ? searchesMade(searched) : null,
      vain: isWhole ? searchesMade({ ...searched, without_results: "true" }) : null,
    },
    undefined,
    ["outcomes", "made", "vain"],
  );
  const why = isWhole ? query.why : undefined;
  const { explained } = useAnswers({ explained: why ? searchExplain({ query: why }) : null });
  const data = answers.overview.data;
  const series = [{ name: "Clicks", values: data?.series.map((bucket) => bucket.search_clicks) ?? [], color: 1 }];
  const buckets = data ? bucketsOf(data.series, interval, { period, zone }) : [];
  const noted = useNotes(answers.notes, data?.series ?? [], buckets);
  const columns: Column<SearchQuery>[] = [
    {
      name: "query",
      title: "Search",
      cell: (row) => (
        <>
          <Long
            text={row.query}
            around={(lines) =>
              isWhole ? (
                <button
                  type="button"
                  class="link"
                  aria-pressed={why === row.query}
                  onClick={() => set({ why: why === row.query ? undefined : row.query })}
                >
                  {lines}
                </button>
              ) : (
                lines
              )
            }
          />
          <Spellings {...row} />
          {row.mean_rank !== null && row.mean_rank > DEEP_RANK && row.clicks >= DEEP_CLICKS && (
            <span class="warning"> deep: what players want stands far below</span>
          )}
          <Short answer={answers.outcomes} query={row.query} />
        </>
      ),
    },
    { name: "clicks", title: "Clicks", number: true, cell: ({ clicks }) => <Num measure="clicks" value={clicks} /> },
    {
      name: "players",
      title: "Players",
      number: true,
      cell: ({ players }) => <Num measure="players" value={players} />,
    },
    {
      name: "mean_rank",
      title: "Mean rank",
      number: true,
      cell: ({ mean_rank }) => <Num measure="mean_rank" value={mean_rank} kind="mean" />,
    },
    {
      name: "tracks",
      title: "Tracks clicked",
      number: true,
      cell: (row) => <Num measure="tracks" value={row.tracks} />,
    },
  ];
  if (isTold)
    columns.push(
      {
        name: "played",
        title: (
          <Define
            word={PLAYED}
            text="Of the clicks of players, those whose player played the track within 10 minutes."
          />
        ),
        number: true,
        cell: (row) => <ThenPlayed answer={answers.outcomes} query={row.query} />,
      },
      {
        name: "skipped",
        title: (
          <Define
            word={SKIPPED}
            text="Of those clicks, the ones whose play the player skipped before 30 seconds of listening, within the same 10 minutes."
          />
        ),
        number: true,
        cell: (row) => <SkippedEarly answer={answers.outcomes} query={row.query} />,
      },
    );
  return (
    <Page name="search" title="Search" ready={Boolean(answers.queries.data ?? answers.queries.failure)}>
      <div class="panels">
        <Panel
          title={`Clicks by ${interval}`}
          define="Clicks on a result of a search. What was searched without a click is not known."
          answer={answers.overview}
          csv={byTime}
          wide
          empty={({ totals }) => totals.search_clicks === 0 && <Empty what="search clicks" />}
          table={() => <SeriesTable caption="Clicks" buckets={buckets} series={series} />}
        >
          {() => <BarChart name={`Clicks by ${interval}`} buckets={buckets} series={series} {...noted.props} />}
        </Panel>
        <Panel
          title="Ranks that are clicked"
          define="How far down the clicked results stood; 1 is the top. A click may have been sent without its rank."
          answer={answers.ranks}
          csv={clickedRanks(parameters)}
          wide
          empty={({ ranks }) => ranks.every(({ clicks }) => clicks === 0) && <Empty what="search clicks" />}
          table={(found) => <SeriesTable caption="Ranks that are clicked" over="Rank" {...byRank(found)} />}
        >
          {(found) => <BarChart name="Ranks that are clicked" {...byRank(found)} />}
        </Panel>
        {why && (
          <Panel
            title={`Why “${why}” is ranked so`}
            define="What clicks say of each track for this search, and by how much that may move it. Whatever period and filters are chosen."
            answer={explained}
            wide
          >
            {(found) => <Explained found={found} link={(asset) => samePeriod(url, `/tracks/${asset}`)} />}
          </Panel>
        )}
        <Panel
          title="Searches"
          define={`Searches that led to clicks; spellings that differ only in case, width and white space are one.${isWhole ? " Choose one to see why its results are ranked as they are." : ""}`}
          answer={answers.queries}
          csv={searchQueries({ ...parameters, search: sought, limit: 1_000 })}
          wide
          height={480}
          empty={({ total }) => total === 0 && <Empty what={sought ? `searches with “${sought}”` : "search clicks"} />}
          tools={<Find what="Part of a search" text={sought ?? ""} onFind={find} />}
        >
          {(found) => (
            <>
              <Table caption="Searches" columns={columns} rows={found.queries} id={(row) => row.query} />
              <Pager
                total={found.total}
                limit={LIMIT}
                offset={offset}
                onMove={(to) => set({ offset: to ? String(to) : undefined })}
              />
            </>
          )}
        </Panel>
        {isWhole && <MadeSearches made={answers.made} vain={answers.vain} parameters={parameters} sought={sought} />}
      </div>
      {noted.dialog}
    </Page>
  );
}

function byRank({ ranks }: ClickedRanks) {
  const buckets = ranks.map(({ first, last }) => {
    if (first === null) return { short: "none", long: "Without a rank" };
    const short = last === null ? `${first}+` : first === last ? `${first}` : `${first}–${last}`;
    return { short, long: `Rank ${short}` };
  });
  return { buckets, series: [{ name: "Clicks", values: ranks.map(({ clicks }) => clicks), color: 1 }] };
}
