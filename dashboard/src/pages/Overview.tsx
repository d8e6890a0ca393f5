/** The first page: is it more or less than before, of what, and where. */

import {
  type Overview as Answered,
  experiences,
  type IngestStatus,
  ingest,
  overview,
  rhythm,
  searchQueries,
  tracks,
  trending,
} from "../api/questions.ts";
import { useAnswers } from "../api/use-answers.ts";
import { interval as intervalOf } from "../frame/asked.ts";
import { isEditor, isMember } from "../frame/Desk.tsx";
import { samePeriod, useAsked } from "../frame/use-asked.ts";
import { Cards } from "../kit/Cards.tsx";
import { LineChart } from "../kit/charts/LineChart.tsx";
import { Empty } from "../kit/Empty.tsx";
import { Moment } from "../kit/Moment.tsx";
import { MEASURES, type MeasureName } from "../kit/measures.ts";
import { Num } from "../kit/Num.tsx";
import { Outdated } from "../kit/Outdated.tsx";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { PlaceBars, SearchBars, TrackBars } from "./bars.tsx";
import { comparing, earlierOf } from "./compared.ts";
import { notesOf, useNotes } from "./notes.tsx";
import { Opinions } from "./Opinions.tsx";
import { Rhythm } from "./Rhythm.tsx";
import { bucketsOf } from "./series.ts";

const CARDS = ["plays", "listeners", "listened_seconds", "completion_rate", "skip_rate"] as const;
/** Rows of a list on this page. */
const TOP = 8;

function chosenOf(text: string | undefined): MeasureName {
  return CARDS.find((name) => name === text) ?? "plays";
}

export default function Overview() {
  const page = useAsked();
  const { asked, period, parameters, query, set, url, weekStart } = page;
  const interval = intervalOf(period);
  const drawnToo = asked.compare === "none" ? {} : { previous_series: "true" };
  const asking = { ...parameters, interval, week_start: weekStart, ...comparing(asked), ...drawnToo };
  const chosen = chosenOf(query.show);
  const isFiltered = Object.keys(asked.filters).length > 0;
  const listed = {
    tracks: tracks({ ...parameters, sort: "plays", limit: TOP }),
    queries: searchQueries({ ...parameters, limit: TOP }),
    experiences: experiences({ ...parameters, sort: "plays", limit: TOP }),
    rhythm: rhythm(parameters),
  };
  // What rises in the whole project, and what comes in, is told to its members.
  const isTold = isMember();
  const rising = trending({ limit: TOP });
  const answers = useAnswers(
    {
      overview: overview(asking),
      ...listed,
      rising: isTold ? rising : null,
      ingest: isTold ? ingest({}) : null,
      notes: notesOf(parameters),
    },
    undefined,
    ["queries", "experiences", "rhythm"],
  );
  const data = answers.overview.data;
  const before = earlierOf(data);
  const { title, define, kind } = MEASURES[chosen];
  const series = data ? drawn(data, chosen) : [];
  const buckets = data ? bucketsOf(data.series, interval, page) : [];
  const noted = useNotes(answers.notes, data?.series ?? [], buckets);
  const isReady = Boolean(data ?? answers.overview.failure);
  return (
    <Page name="overview" title="Overview" ready={isReady} aside={<Arrival answer={answers.ingest} />}>
      <Outdated answer={answers.overview} />
      <Cards
        names={CARDS}
        totals={data?.totals}
        before={before}
        series={data?.series ?? []}
        buckets={buckets}
        stale={answers.overview.stale}
        chosen={chosen}
        onChoose={(name) => set({ show: name === "plays" ? undefined : name })}
      />
      <div class="panels">
        <Panel
          title={`${title} by ${interval}`}
          define={`${define} Events may arrive for 7 days, so the last week may still rise.`}
          answer={answers.overview}
          csv={overview(asking)}
          wide
          height={260}
          empty={({ totals }) => totals.events === 0 && <Empty />}
          table={() => <SeriesTable caption={title} buckets={buckets} series={series} kind={kind} />}
        >
          {() => (
            <LineChart
              name={`${title} by ${interval}`}
              buckets={buckets}
              series={series}
              kind={kind}
              {...noted.props}
            />
          )}
        </Panel>
        <Panel
          title="Top tracks"
          define="Most plays in the period."
          answer={answers.tracks}
          csv={listed.tracks}
          empty={(found) => found.tracks.length === 0 && <Empty what="tracks" />}
        >
          {({ tracks: rows, total }) => (
            <>
              <TrackBars
                caption="Top tracks"
                rows={rows}
                measured="Plays"
                measure="plays"
                value={({ plays }) => plays}
                filters
              />
              <a href={samePeriod(url, "/tracks")}>
                All <Num measure="tracks" value={total} kind="whole" /> tracks
              </a>
            </>
          )}
        </Panel>
        {isTold && (
          <Panel
            title="Rising tracks"
            define="Far more listeners in the last 24 hours than was to be expected; whatever period and filters are chosen."
            answer={answers.rising}
            csv={rising}
            empty={(found) => found.tracks.length === 0 && <p>Nothing rises faster than the rest right now.</p>}
          >
            {({ tracks: rows }) => (
              <TrackBars
                caption="Rising tracks"
                rows={rows}
                measured="Times as many as expected"
                measure="lift"
                kind="score"
                value={({ score }) => score}
              />
            )}
          </Panel>
        )}
        <Panel
          title="Top searches"
          define="Searches that led to clicks. What was searched without a click is not known."
          answer={answers.queries}
          csv={listed.queries}
          empty={(found) => found.queries.length === 0 && <Empty what="search clicks" />}
        >
          {(found) => <SearchBars caption="Top searches" found={found} />}
        </Panel>
        <Panel
          title="Experiences"
          define="Places with the most plays."
          answer={answers.experiences}
          csv={listed.experiences}
          empty={(found) => found.experiences.length === 0 && <Empty />}
        >
          {(found) => <PlaceBars found={found} />}
        </Panel>
        <Panel
          title="Opinions"
          define="Votes, favourites, queue adds and search clicks, as they were sent."
          answer={answers.overview}
          csv={overview(asking)}
        >
          {({ totals }) => <Opinions totals={totals} before={before} />}
        </Panel>
        <Panel
          title="Rhythm of the week"
          define="Plays by weekday and hour, in the project's time zone."
          answer={answers.rhythm}
          csv={listed.rhythm}
          wide={!isTold}
        >
          {(found) => <Rhythm found={found} />}
        </Panel>
      </div>
      {isTold && isFiltered && <p class="muted">Rising tracks do not follow the filters.</p>}
      {noted.dialog}
    </Page>
  );
}

function drawn(data: Answered, name: MeasureName) {
  const values = (series: readonly Answered["series"][number][]) => series.map((bucket) => bucket[name] ?? null);
  const now = { name: MEASURES[name].title, values: values(data.series), color: 1 };
  // To its end, however little of it is compared; a period without an event is nothing to draw.
  const before = data.previous_series ?? [];
  if (!before.some(({ events }) => events > 0)) return [now];
  // A month may have more days than the one before: what has no counterpart is left out.
  const old = data.series.map((_, index) => before[index]?.[name] ?? null);
  return [now, { name: "Before", values: old, color: 0, dashed: true, over: true }];
}

function Arrival({ answer: { data } }: { readonly answer: { readonly data?: IngestStatus } }) {
  // Its place is kept, so that nothing moves when it is known.
  if (!data) return <span class="arrival" />;
  const refused = data.rejected.reduce((sum, { count }) => sum + count, 0);
  return (
    <span class="arrival muted">
      {data.last_event_at ? (
        <>
          Last event <Moment at={data.last_event_at} />
        </>
      ) : isEditor() ? (
        <a href="/welcome">No event has arrived yet: send the first one</a>
      ) : (
        "No event has arrived yet"
      )}
      {refused > 0 && (
        <>
          {" · "}
          <a href="/live">
            <Num measure="refused" value={refused} /> refused in 7 days
          </a>
        </>
      )}
    </span>
  );
}
