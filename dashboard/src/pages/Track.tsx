/** All about one track: who hears how much of it, and what comes of that. */
import type { ComponentChildren } from "preact";
import { useRoute } from "preact-iso";
import type { Question } from "../api/client.ts";
import {
  experiences,
  type Neighbours,
  neighbours,
  type Overview,
  overview,
  searchOutcomes,
  searchQueries,
  type TrackDetail,
  track as trackQuestion,
  trackScore,
  typicalListening,
} from "../api/questions.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { boot } from "../frame/boot.ts";
import { isMember } from "../frame/Desk.tsx";
import { samePeriod, useAsked } from "../frame/use-asked.ts";
import { Cards } from "../kit/Cards.tsx";
import { BarChart } from "../kit/charts/BarChart.tsx";
import type { Bucket, Series } from "../kit/charts/Chart.tsx";
import { LineChart } from "../kit/charts/LineChart.tsx";
import { Empty } from "../kit/Empty.tsx";
import { MEASURES, type MeasureName } from "../kit/measures.ts";
import { Num } from "../kit/Num.tsx";
import { Outdated } from "../kit/Outdated.tsx";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { PlaceBars, SearchBars, TrackBars } from "./bars.tsx";
import { comparing, earlierOf } from "./compared.ts";
import { CurveTable, ListeningCurve } from "./ListeningCurve.tsx";
import { type Noted, notesOf, useNotes } from "./notes.tsx";
import { ThenPlayed } from "./outcomes.tsx";
import { bucketsOf, type Within } from "./series.ts";
import { isTrack } from "./tracks/ids.ts";
import { Why } from "./Why.tsx";

const CARDS = ["plays", "listeners", "listened_seconds", "completion_rate", "skip_rate"] as const;
const TOP = 8;

/** The track that the address says, or that it says none: then nothing is asked, and no headline is made of it. */
export default function Track() {
  const { params } = useRoute();
  const { query, url } = useAsked();
  // A link has it in its query.
  const asset = params.asset ?? query.asset ?? "";
  if (isTrack(asset)) return <One asset={asset} />;
  const tracks = samePeriod(url, "/tracks");
  return (
    <Page name="track" title="No track" ready>
      <p>This address names no track: its end has to be the id of one, a whole number above 0.</p>
      {tracks && (
        <a class="button main" href={tracks}>
          To the tracks
        </a>
      )}
    </Page>
  );
}

function One({ asset }: { readonly asset: string }) {
  const { asked, parameters, period, query, set, weekStart, zone } = useAsked();
  const chosen = CARDS.find((name) => name === query.show) ?? "plays";
  // The track is told by the path.
  const { asset: _, asset_not: __, ...others } = parameters;
  const searched = { ...others, asset, limit: TOP };
  const byWeeks = overview({ ...others, asset, interval: "week", week_start: weekStart });
  const byDays = boot.session ? overview({ ...others, asset, interval: "day" }) : undefined;
  const placed = experiences({ ...others, asset, sort: "plays", limit: TOP });
  // What is usual, how it scores and the tracks around it are told of other tracks.
  const isTold = isMember();
  // A link shows a track of a period, and no weeks that begin before it.
  const isLinked = !boot.session;
  // No rollup knows the places of a track: who asks for them reads its events, and would keep the first screen waiting.
  const answers = useAnswers(
    {
      track: trackQuestion(asset, { ...others, ...comparing(asked) }),
      notes: notesOf(parameters),
      typical: isTold ? typicalListening(asset, parameters) : null,
      weeks: isLinked ? null : byWeeks,
      score: isTold ? trackScore(asset) : null,
      queries: searchQueries(searched),
      outcomes: isLinked ? null : searchOutcomes(searched),
      places: placed,
      neighbours: isTold ? neighbours(asset, others) : null,
    },
    undefined,
    ["typical", "places", "outcomes", "neighbours"],
  );
  const { data } = answers.track;
  const within = { period, zone };
  const days = data?.series ?? [];
  const dayBuckets = bucketsOf(days, "day", within);
  const noted = useNotes(answers.notes, days, dayBuckets);
  const weeks = answers.weeks.data?.series ?? [];
  const notedWeeks = useNotes(answers.notes, weeks, bucketsOf(weeks, "week", within));
  const title = data?.title ?? asset;
  const about = MEASURES[chosen];
  return (
    <Page name="track" title={title} ready={Boolean(data ?? answers.track.failure)} aside={data && <Names of={data} />}>
      <Outdated answer={answers.track} />
      <Cards
        names={CARDS}
        totals={data?.totals}
        before={earlierOf(data)}
        series={days}
        buckets={dayBuckets}
        stale={answers.track.stale}
        chosen={chosen}
        onChoose={(name) => set({ show: name === "plays" ? undefined : name })}
      />
      <div class="panels">
        <Panel
          title="How long it is listened to"
          define="Of all listens whose end is known (stops and skips), the share that was still listening at each second. Shaded: where the middle half of the tracks of a similar length is, whatever the filters."
          answer={answers.track}
          csv={trackQuestion(asset, others)}
          wide
          height={260}
          table={(found) => <CurveTable found={found} />}
        >
          {(found) => <ListeningCurve found={found} typical={answers.typical.data} />}
        </Panel>
        <ByDay
          title={about.title}
          define={about.define}
          answer={answers.track}
          names={[chosen]}
          csv={byDays}
          wide
          buckets={dayBuckets}
          noted={noted}
        />
        {!isLinked && (
          <Panel
            title="Completion by week"
            define={MEASURES.completion_rate.define}
            answer={answers.weeks}
            csv={byWeeks}
            wide={!isTold}
            table={(found) => <SeriesTable caption="Completion by week" {...byWeek(found, within)} />}
          >
            {(found) => <LineChart name="Completion by week" {...byWeek(found, within)} {...notedWeeks.props} />}
          </Panel>
        )}
        <ByDay
          title="Votes"
          define="Votes up by day, and below the axis votes down."
          answer={answers.track}
          names={["up_votes", "down_votes"]}
          csv={byDays}
          buckets={dayBuckets}
          noted={noted}
          bars
        />
        <ByDay
          title="Favourites"
          define="Times it was made a favourite, and below the axis times that was undone, by day."
          answer={answers.track}
          names={["favorites", "unfavorites"]}
          csv={byDays}
          buckets={dayBuckets}
          noted={noted}
          bars
          below={({ totals }) => (
            <p>
              Net <Num measure="net_favorites" value={totals.favorites - totals.unfavorites} /> in the period.
            </p>
          )}
        />
        {isTold && (
          <Panel
            title="Popularity"
            define="The score of the track in the whole project, whatever period and filters are chosen."
            answer={answers.score}
          >
            {(score) => <Why score={score} />}
          </Panel>
        )}
        <Panel
          title="Searches that lead here"
          define="Searches in which this track was clicked."
          answer={answers.queries}
          csv={searchQueries(searched)}
          empty={(found) => found.queries.length === 0 && <Empty what="search clicks" />}
        >
          {(found) => (
            <SearchBars
              caption="Searches that lead here"
              found={found}
              then={(query) =>
                !isLinked && (
                  <span class="whole">
                    · <ThenPlayed answer={answers.outcomes} query={query} /> played it
                  </span>
                )
              }
            />
          )}
        </Panel>
        <Panel
          title="Experiences"
          define="Places that play it most."
          answer={answers.places}
          csv={placed}
          empty={(found) => found.experiences.length === 0 && <Empty what="plays" />}
        >
          {(found) => <PlaceBars found={found} />}
        </Panel>
        {isTold && (
          <>
            <Around title="Heard before it" side="before" answer={answers.neighbours} csv={neighbours(asset, others)} />
            <Around title="Heard after it" side="after" answer={answers.neighbours} csv={neighbours(asset, others)} />
          </>
        )}
      </div>
      {noted.dialog}
      {notedWeeks.dialog}
    </Page>
  );
}

function Names({ of: { asset_id, artist, album, genre, length } }: { readonly of: TrackDetail }) {
  const known = [artist, album, genre].filter(Boolean);
  return (
    <span class="muted">
      {known.map((each) => `${each} · `)}
      {length !== null && (
        <>
          <Num measure="length" value={length} kind="length" /> ·{" "}
        </>
      )}
      <a href={`https://create.roblox.com/store/asset/${asset_id}`} target="_blank" rel="noreferrer">
        asset {asset_id}
      </a>
    </span>
  );
}

interface AroundProps {
  readonly title: string;
  readonly side: "before" | "after";
  readonly answer: Answer<Neighbours>;
  readonly csv: Question<Neighbours>;
}

function Around({ title, side, answer, csv }: AroundProps) {
  return (
    <Panel
      title={title}
      define={`What the same players played just ${side} it, if that was within half an hour.`}
      answer={answer}
      csv={csv}
      empty={({ [side]: found }) => found.length === 0 && <Empty what={`plays just ${side} it`} />}
    >
      {({ [side]: found, plays, nothing_before, nothing_after }) => (
        <>
          <TrackBars
            caption={title}
            rows={found.slice(0, TOP)}
            measured="Plays"
            measure={`plays_${side}`}
            value={({ plays: times }) => times}
          />
          <p class="muted">
            Of <Num measure={`plays_with_${side}`} value={plays} /> plays with a known player,{" "}
            <Num measure={`nothing_${side}`} value={side === "before" ? nothing_before : nothing_after} /> had nothing{" "}
            {side} it.
          </p>
        </>
      )}
    </Panel>
  );
}

function byWeek({ series: weeks }: Overview, within: Within) {
  const { title, kind } = MEASURES.completion_rate;
  return {
    series: [{ name: title, values: weeks.map((week) => week.completion_rate), color: 1 }],
    buckets: bucketsOf(weeks, "week", within),
    kind,
  };
}

interface ByDayProps {
  readonly title: string;
  readonly define: string;
  readonly answer: ReturnType<typeof useAnswers<{ track: ReturnType<typeof trackQuestion> }>>["track"];
  readonly names: readonly MeasureName[];
  readonly csv: Question<Overview> | undefined;
  readonly buckets: readonly Bucket[];
  readonly noted: Noted;
  /** Whether it is drawn as bars, the second measure below the axis. */
  readonly bars?: boolean;
  /** What stands below the chart. */
  readonly below?: (data: TrackDetail) => ComponentChildren;
  readonly wide?: boolean;
}

function ByDay({ title, define, answer, names, csv, buckets, noted, bars, below, wide }: ByDayProps) {
  const drawn = (data: TrackDetail) => {
    const series: Series[] = names.map((name, index) => ({
      name: MEASURES[name].title,
      values: data.series.map((bucket) => bucket[name] ?? null),
      color: index + 1,
      below: index > 0,
    }));
    return {
      series,
      buckets,
      kind: MEASURES[names[0]!].kind,
    };
  };
  const Marks = bars ? BarChart : LineChart;
  return (
    <Panel
      title={`${title} by day`}
      define={define}
      answer={answer}
      csv={csv}
      {...(wide ? { wide } : {})}
      table={(data) => <SeriesTable caption={title} {...drawn(data)} />}
    >
      {(data) => (
        <>
          <Marks name={`${title} by day`} {...drawn(data)} {...noted.props} />
          {below?.(data)}
        </>
      )}
    </Panel>
  );
}
