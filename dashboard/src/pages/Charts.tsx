/** The charts: what is popular, what trends, and why a track stands where it does. */
import { type Chart, popular, trackScore, trending } from "../api/questions.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { useAsked } from "../frame/use-asked.ts";
import { Moment } from "../kit/Moment.tsx";
import { Num } from "../kit/Num.tsx";
import { shown } from "../kit/numbers.ts";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { TrackName } from "./tracks/TrackName.tsx";
import { Why } from "./Why.tsx";

type Row = Chart["tracks"][number];
const LIMIT = 50;

export default function Charts() {
  const { asked, query, set } = useAsked();
  const universe = asked.filters.universe?.length === 1 ? asked.filters.universe[0] : undefined;
  const isFiltered = Object.keys(asked.filters).length > 0;
  const which = { universe, genre: query.genre, limit: LIMIT };
  const { top, rising } = useAnswers({ top: popular(which), rising: trending(which) });
  const why = query.why && /^\d{1,19}$/.test(query.why) ? query.why : undefined;
  // Asked alone: choosing another track must not ask for the charts again.
  const { score } = useAnswers({ score: why ? trackScore(why, { universe }) : null });
  const name: Column<Row> = {
    name: "track",
    title: "Track",
    cell: (row) => <TrackName {...row} />,
  };
  const rank: Column<Row> = { name: "rank", title: "Place", number: true, cell: (row) => <Place row={row} /> };
  const columns: Column<Row>[] = [
    name,
    rank,
    {
      name: "low",
      title: "At least",
      number: true,
      cell: ({ low }) => <Num measure="score_low" value={low} kind="score" />,
    },
    {
      name: "score",
      title: "Score",
      number: true,
      cell: ({ score: value, low, high }) => (
        <span title={`${shown(low, "score")} to ${shown(high, "score")} in 8 of 10 cases`}>
          <Num measure="score" value={value} kind="score" />
        </span>
      ),
    },
    {
      name: "why",
      title: "Why",
      cell: ({ asset_id, title }) => (
        <button
          type="button"
          class="quiet"
          aria-label={`Why ${title}`}
          aria-pressed={why === asset_id}
          onClick={() => set({ why: why === asset_id ? undefined : asset_id })}
        >
          Why
        </button>
      ),
    },
  ];
  const lifts = [name, rank, { ...columns[3]!, title: "Times as many" }];
  return (
    <Page name="charts" title="Charts" ready={Boolean(top.data ?? top.failure)} aside={<AsOf answer={top} />}>
      {isFiltered && !(universe && Object.keys(asked.filters).length === 1) && (
        <p class="notice" role="status">
          Scores are of the whole project or of one experience: no other filter changes them.
        </p>
      )}
      {query.genre && (
        <p>
          <span class="chip">
            Genre {query.genre}
            <button type="button" aria-label="All genres" onClick={() => set({ genre: undefined })}>
              ✕
            </button>
          </span>
        </p>
      )}
      <div class="panels">
        <Panel
          title="Popular"
          define="What most players listen to, by the model's weights; older listens count less. Sorted by the score that is sure: the low end of where it may lie."
          answer={top}
          csv={popular({ ...which, limit: 1_000 })}
          height={480}
          empty={(found) =>
            found.tracks.length === 0 && <p>No track has a score yet. Scores come about a minute after the events.</p>
          }
        >
          {(found) => <ChartTable caption="Popular" columns={columns} rows={found.tracks} sort="low" />}
        </Panel>
        <div class="stack">
          {why && (
            <Panel title="Why" define="All that the score of the chosen track is made of." answer={score}>
              {(found) => <Why score={found} />}
            </Panel>
          )}
          <Panel
            title="Trending"
            define="Far more listeners in the last 24 hours than was to be expected of the 28 days before."
            answer={rising}
            csv={trending({ ...which, limit: 1_000 })}
            height={480}
            empty={(found) => found.tracks.length === 0 && <p>Nothing rises faster than the rest right now.</p>}
          >
            {(found) => <ChartTable caption="Trending" columns={lifts} rows={found.tracks} />}
          </Panel>
        </div>
      </div>
    </Page>
  );
}

function ChartTable({
  caption,
  columns,
  rows,
  sort,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly sort?: string;
}) {
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={rows}
      {...(sort && { sort })}
      id={({ asset_id }) => asset_id}
      mark={({ asset_id }) => ({ "data-asset": asset_id })}
    />
  );
}

function Place({ row: { rank, previous_rank } }: { readonly row: Row }) {
  const moved = previous_rank === null ? null : previous_rank - rank;
  return (
    <>
      <Num measure="rank" value={rank} />{" "}
      {moved === null ? (
        <span class="muted">new</span>
      ) : (
        moved !== 0 && (
          <span class={moved > 0 ? "good" : "bad"} title={`Place ${previous_rank} before`}>
            {moved > 0 ? "▲" : "▼"} <Num measure="rank_change" value={Math.abs(moved)} />
          </span>
        )
      )}
    </>
  );
}

function AsOf({ answer: { data } }: { readonly answer: Answer<Chart> }) {
  // Its place is kept, so that nothing moves when it is known.
  if (!data?.as_of) return <span class="arrival" />;
  return (
    <span class="arrival muted">
      As of <Moment at={data.as_of} />, model {data.model_version}
    </span>
  );
}
