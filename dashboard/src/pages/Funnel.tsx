/** How far players go after they clicked a result of a search, and where they leave. */

import { type Funnel as Answered, type FunnelDrop, type FunnelGroup, funnel } from "../api/questions.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { filtered, interval as intervalOf } from "../frame/asked.ts";
import { nameOf } from "../frame/experiences.ts";
import { useAsked } from "../frame/use-asked.ts";
import { Choice, chosen } from "../kit/Choice.tsx";
import type { Series } from "../kit/charts/Chart.tsx";
import { FunnelChart } from "../kit/charts/FunnelChart.tsx";
import { LineChart } from "../kit/charts/LineChart.tsx";
import { Empty } from "../kit/Empty.tsx";
import { Long } from "../kit/Long.tsx";
import { Delta, Num } from "../kit/Num.tsx";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { comparing, earlierOf } from "./compared.ts";
import { notesOf, useNotes } from "./notes.tsx";
import { bucketsOf } from "./series.ts";
import { TrackName } from "./tracks/TrackName.tsx";

const STEPS = {
  search_click: "Clicked",
  add_to_queue: "Queued",
  play: "Played",
  completed: "Heard to its end",
} as const;
type Step = keyof typeof STEPS;
const NAMES = Object.keys(STEPS) as Step[];

const WINDOWS = [
  ["1800", "30 minutes"],
  ["300", "5 minutes"],
  ["7200", "2 hours"],
  ["86400", "24 hours"],
] as const;
const COUNTS = [
  ["players", "players"],
  ["attempts", "attempts"],
] as const;
const QUEUES = [
  ["optional", "may be left out"],
  ["required", "is needed"],
] as const;
const BREAKDOWNS = [
  ["query", "Search"],
  ["rank", "Rank"],
  ["universe", "Experience"],
] as const;
const LEFT_AT = [
  ["play", "before a play"],
  ["add_to_queue", "before the queue"],
  ["completed", "before its end"],
] as const;

const DEFINE =
  "Clicks on results of a search, and what the same player did with the same track after each, in this order, within the time that is chosen. Period and filters are about the click.";

export default function Funnel() {
  const { asked, ask, period, parameters, query, set, weekStart, zone } = useAsked();
  const interval = intervalOf(period);
  const within = chosen(query.window, WINDOWS);
  const count = chosen(query.count, COUNTS);
  const queue = chosen(query.queue, QUEUES);
  const breakdown = chosen(query.breakdown, BREAKDOWNS);
  const left = chosen(query.left, LEFT_AT);
  const how = { ...parameters, interval, week_start: weekStart, window: within, count, queue };
  const asking = funnel({ ...how, breakdown, previous: "false" });
  const isCompared = asked.compare !== "none";
  const answers = useAnswers(
    {
      funnel: asking,
      notes: notesOf(parameters),
      before: isCompared ? funnel({ ...how, ...comparing(asked), previous: "only" }) : null,
    },
    undefined,
    ["before"],
  );
  const answer = answers.funnel;
  const data = answer.data;
  const leftHere = ({ drops }: Answered) => drops.filter(({ step }) => step === left);
  const series: Series[] = NAMES.map((step, index) => ({
    name: STEPS[step],
    values: data?.series.map((bucket) => bucket[step]) ?? [],
    color: index + 1,
  }));
  const buckets = data ? bucketsOf(data.series, interval, { period, zone }) : [];
  const noted = useNotes(answers.notes, data?.series ?? [], buckets);
  const byUniverse = (value: string | null) => () => ask(filtered(asked, "universe", [value ?? "0"]));
  return (
    <Page name="funnel" title="Funnel" ready={Boolean(data ?? answer.failure)}>
      {data && data.clicks_without_player > 0 && (
        <p class="notice">
          <Num measure="clicks_without_player" value={data.clicks_without_player} /> clicks carry no player_id and are
          left out: nobody can follow them.
        </p>
      )}
      <div class="panels">
        <Panel
          title="From a click to the end of the track"
          define={DEFINE}
          answer={answer}
          csv={asking}
          wide
          height={260}
          empty={({ steps }) => steps[0]!.count === 0 && <Empty what="search clicks" />}
          tools={
            <span class="choices">
              <Choice title="Count" value={count} options={COUNTS} onChoose={(to) => set({ count: to })} />
              <Choice title="within" value={within} options={WINDOWS} onChoose={(to) => set({ window: to })} />
              <Choice title="The queue" value={queue} options={QUEUES} onChoose={(to) => set({ queue: to })} />
            </span>
          }
        >
          {(found) => (
            <FunnelChart
              steps={steps(found, queue, isCompared ? answers.before : null, (step) => set({ left: step }))}
            />
          )}
        </Panel>
        <Panel
          title={`By the ${interval} of the click`}
          define="How many of those who clicked then came to each step, whenever that was."
          answer={answer}
          rows={(found) => found.series}
          wide
          empty={({ steps }) => steps[0]!.count === 0 && <Empty what="search clicks" />}
          table={() => <SeriesTable caption="Funnel" buckets={buckets} series={series} />}
        >
          {() => <LineChart name={`Funnel by ${interval}`} buckets={buckets} series={series} {...noted.props} />}
        </Panel>
        <Panel
          title="By what was clicked"
          define="The 20 with the most clicks, and all others together."
          answer={answer}
          rows={({ groups }) => groups}
          wide
          empty={({ groups }) => groups.length === 0 && <Empty what="search clicks" />}
          tools={
            <span class="choices">
              <Choice title="by" value={breakdown} options={BREAKDOWNS} onChoose={(to) => set({ breakdown: to })} />
            </span>
          }
        >
          {({ groups }) => (
            <Table
              caption="Funnel by group"
              columns={groupColumns(breakdown, byUniverse)}
              rows={groups}
              id={(row) => (row.is_other ? "other" : `=${row.value}`)}
              mark={(row) => ({ "data-group": row.is_other ? "other" : (row.value ?? "") })}
            />
          )}
        </Panel>
        <Panel
          title="Tracks that are left"
          define="The 20 tracks that lose most before a step: those who reached the step before, less those who reached it."
          answer={answer}
          rows={leftHere}
          wide
          empty={(found) => leftHere(found).length === 0 && <p>Nobody left here.</p>}
          tools={
            <span class="choices">
              <Choice title="Left" value={left} options={LEFT_AT} onChoose={(to) => set({ left: to })} />
            </span>
          }
        >
          {(found) => (
            <Table
              caption="Tracks that are left"
              columns={DROPS}
              rows={leftHere(found)}
              id={({ asset_id }) => asset_id}
              mark={({ asset_id }) => ({ "data-asset": asset_id })}
            />
          )}
        </Panel>
      </div>
      {noted.dialog}
    </Page>
  );
}

/** The step that another follows: whether tracks are queued may be of no concern. */
function stepBefore(index: number, queue: string): Step {
  const before = NAMES[Math.max(0, index - 1)]!;
  return before === "add_to_queue" && queue === "optional" ? "search_click" : before;
}

/** The steps, beside those of the period before; null where they are not compared. */
function steps(found: Answered, queue: string, before: Answer<Answered> | null, onLeft: (step: Step) => void) {
  return found.steps.map(({ step, count, share_of_before, share_of_first, median_seconds }, index) => ({
    name: STEPS[step],
    count,
    before: STEPS[stepBefore(index, queue)],
    ofBefore: share_of_before,
    ofFirst: share_of_first,
    seconds: median_seconds,
    more: (
      <>
        {before && (
          <span aria-busy={before.stale && !before.failure}>
            <Delta
              measure={`funnel-${index}`}
              now={count}
              before={before.stale ? undefined : earlierOf(before.data)?.[index]?.count}
            />
          </span>
        )}
        {index > 0 && (
          <button type="button" class="link drop" onClick={() => onLeft(step)}>
            Which tracks are left here
          </button>
        )}
      </>
    ),
  }));
}

function groupColumns(breakdown: string, byUniverse: (value: string | null) => () => void): Column<FunnelGroup>[] {
  const title = BREAKDOWNS.find(([name]) => name === breakdown)![1];
  const numbers = NAMES.map(
    (step): Column<FunnelGroup> => ({
      name: step,
      title: STEPS[step],
      number: true,
      cell: (row) => <Num measure={step} value={row[step]} />,
    }),
  );
  const name = ({ value, is_other }: FunnelGroup) => {
    if (is_other) return "All others";
    if (breakdown !== "universe") return <Long text={value ?? "Not set"} />;
    return (
      <button type="button" class="link" title="Filter by this" onClick={byUniverse(value)}>
        {nameOf("universe", value)}
      </button>
    );
  };
  const share: Column<FunnelGroup> = {
    name: "share",
    title: "To the end",
    number: true,
    cell: ({ completed, search_click }) => (
      <Num measure="share_to_end" value={search_click ? completed / search_click : null} kind="rate" />
    ),
  };
  return [{ name: "group", title, cell: name }, ...numbers, share];
}

const DROPS: readonly Column<FunnelDrop>[] = [
  {
    name: "track",
    title: "Track",
    cell: (row) => <TrackName {...row} />,
  },
  { name: "lost", title: "Left", number: true, cell: ({ lost }) => <Num measure="lost" value={lost} /> },
  { name: "before", title: "Of", number: true, cell: ({ before }) => <Num measure="before" value={before} /> },
  {
    name: "share",
    title: "Share",
    number: true,
    cell: ({ lost, before }) => <Num measure="lost_share" value={lost / before} kind="rate" />,
  },
];
