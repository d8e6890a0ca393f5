/** The columns that the list of tracks can have; those that are shown stand in the address. */
import type { TrackRow } from "../../api/questions.ts";
import type { Interval } from "../../frame/asked.ts";
import type { Bucket } from "../../kit/charts/Chart.tsx";
import { Spark } from "../../kit/charts/Spark.tsx";
import { MEASURES, type Measure } from "../../kit/measures.ts";
import { Delta, Num } from "../../kit/Num.tsx";
import { shown } from "../../kit/numbers.ts";
import type { Column } from "../../kit/Table.tsx";
import { atLeast } from "../../kit/wilson.ts";

/** What is measured of tracks. */
const OF_TRACKS = {
  ...MEASURES,
  early_skips: {
    title: "Skips before 30 s",
    kind: "count",
    define: "Skips after less than 30 seconds of listening.",
    better: "down",
  },
} as const satisfies Readonly<Record<string, Measure>>;
/** What the server sorts by. */
export const SORTABLE = [
  "plays",
  "listeners",
  "listened_seconds",
  "completion_rate",
  "skip_rate",
  "completed",
  "skips",
  "early_skips",
  "up_votes",
  "down_votes",
  "favorites",
  "unfavorites",
  "queue_adds",
  "search_clicks",
] as const satisfies readonly (keyof typeof OF_TRACKS)[];
/** What follows from those. */
const DERIVED = {
  plays_series: "Plays over time",
  change: "Change of plays",
  rank_change: "Places moved",
  vote_share: "Share of votes up",
  net_favorites: "Favourites, net",
} as const;

export type ColumnName = (typeof SORTABLE)[number] | keyof typeof DERIVED;
/** In the order in which they stand. */
export const COLUMNS: readonly ColumnName[] = [
  "plays",
  "plays_series",
  "change",
  "rank_change",
  ...SORTABLE.slice(1, 8),
  "vote_share",
  "up_votes",
  "down_votes",
  "net_favorites",
  ...SORTABLE.slice(10),
];
export const USUAL: readonly ColumnName[] = [
  "plays",
  "change",
  "listeners",
  "listened_seconds",
  "completion_rate",
  "skip_rate",
  "early_skips",
  "vote_share",
  "net_favorites",
  "queue_adds",
  "search_clicks",
];
/** Fewer votes say little: their share is grey. */
const ENOUGH_VOTES = 10;

export const titleOf = (name: ColumnName): string =>
  name in DERIVED ? DERIVED[name as keyof typeof DERIVED] : OF_TRACKS[name as keyof typeof OF_TRACKS].title;

/** The columns that an address asks for; the usual ones where it asks for none. */
export function columnsIn(text: string | undefined): readonly ColumnName[] {
  const asked = (text ?? "").split(",");
  const found = COLUMNS.filter((name) => asked.includes(name));
  return found.length ? found : USUAL;
}

/** As an address has them; undefined where they are the usual ones. */
export function columnsAsText(names: readonly ColumnName[]): string | undefined {
  const all = COLUMNS.filter((name) => names.includes(name));
  const text = all.join(",");
  return text === COLUMNS.filter((name) => USUAL.includes(name)).join(",") ? undefined : text;
}

/** What is known of the period that is compared with, as far as it has come. */
export interface Earlier {
  readonly plays: (asset: string) => number | undefined;
  /** The place in the list then; null: in none, undefined: not known. */
  readonly rank: (asset: string) => number | null | undefined;
}

/** What is known of the list beside the row itself. */
export interface Known {
  /** Null where nothing is compared. */
  readonly earlier: Earlier | null;
  /** The place in the list now. */
  readonly rankOf: (row: TrackRow) => number;
  /** The plays of each asset in each bucket. */
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly buckets: readonly Bucket[];
  readonly interval: Interval;
}

export function columnOf(name: ColumnName, { earlier, rankOf, series, buckets, interval }: Known): Column<TrackRow>[] {
  const column = { name, title: titleOf(name), number: true };
  switch (name) {
    case "change":
      if (!earlier) return [];
      return [
        {
          ...column,
          // Nothing until it is known: a dash would say that there is no change to tell.
          cell: ({ asset_id, plays }) => {
            const before = earlier.plays(asset_id);
            return before === undefined ? "" : <Delta measure="plays" now={plays} before={before} />;
          },
        },
      ];
    case "rank_change":
      if (!earlier) return [];
      return [{ ...column, cell: (row) => <Moved now={rankOf(row)} before={earlier.rank(row.asset_id)} /> }];
    case "plays_series":
      return [
        {
          ...column,
          number: false,
          cell: ({ asset_id }) => <Plays by={interval} values={series[asset_id] ?? []} buckets={buckets} />,
        },
      ];
    case "vote_share":
      return [{ ...column, cell: (row) => <Votes of={row} /> }];
    case "net_favorites":
      return [
        { ...column, cell: ({ favorites, unfavorites }) => <Num measure={name} value={favorites - unfavorites} /> },
      ];
    default:
      return [
        {
          ...column,
          sortable: true,
          cell: (row) => <Num measure={name} value={row[name]} kind={OF_TRACKS[name].kind} />,
        },
      ];
  }
}

interface PlaysProps {
  readonly by: Interval;
  readonly values: readonly number[];
  readonly buckets: readonly Bucket[];
}

function Plays({ by, values, buckets }: PlaysProps) {
  if (!values.length) return <span class="muted">–</span>;
  const most = Math.max(...values);
  return (
    <span class="plays" title={`At most ${most.toLocaleString()} by ${by}`}>
      <Spark values={values} buckets={buckets} />
      <span class="hidden">
        At most <Num measure="most_plays" value={most} /> by {by}
      </span>
    </span>
  );
}

function Moved({ now, before }: { readonly now: number; readonly before: number | null | undefined }) {
  if (before === undefined) return <span class="muted">–</span>;
  if (before === null) return <span class="delta">new</span>;
  const up = before - now;
  if (up === 0) return <Num measure="rank_change" value={0} />;
  return (
    <span class={up > 0 ? "delta good" : "delta bad"} title={`Place ${before} before, now ${now}`}>
      <span aria-hidden="true">{up > 0 ? "▲" : "▼"}</span>
      <span class="hidden">{up > 0 ? "up" : "down"}</span> <Num measure="rank_change" value={Math.abs(up)} />
    </span>
  );
}

function Votes({ of: { up_votes, down_votes } }: { readonly of: TrackRow }) {
  const all = up_votes + down_votes;
  const low = atLeast(up_votes, all);
  return (
    <span class={all < ENOUGH_VOTES ? "muted" : undefined} title={`${up_votes} up, ${down_votes} down`}>
      <Num measure="vote_share" value={all ? up_votes / all : null} kind="rate" />
      {low !== null && (
        <>
          {" "}
          <span class="muted low" title={`In truth at least ${shown(low, "rate")}, in 39 of 40 cases`}>
            ≥ <Num measure="vote_share_low" value={low} kind="rate" />
          </span>
        </>
      )}
    </span>
  );
}
