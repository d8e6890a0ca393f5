/** Every track with an event in the period, by any measures, sorted by any; and up to five of them side by side. */
import { type Overview, overview, type TrackRow, tracks } from "../api/questions.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { interval as intervalOf } from "../frame/asked.ts";
import { boot } from "../frame/boot.ts";
import { only, useAsked } from "../frame/use-asked.ts";
import { Empty } from "../kit/Empty.tsx";
import { Find } from "../kit/Find.tsx";
import { Page } from "../kit/Page.tsx";
import { Pager } from "../kit/Pager.tsx";
import { Panel } from "../kit/Panel.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { listComparing, spanOf } from "./compared.ts";
import { notesOf, useNotes } from "./notes.tsx";
import { bucketsOf } from "./series.ts";
import { Chooser } from "./tracks/Chooser.tsx";
import { columnOf, columnsAsText, columnsIn, type Earlier, SORTABLE } from "./tracks/columns.tsx";
import { MOST, SideBySide } from "./tracks/SideBySide.tsx";
import { TrackName } from "./tracks/TrackName.tsx";

const LIMIT = 50;
/** Places in the list of the period before that are asked for; who was behind them has no place. */
const RANKED = 1_000;

export default function Tracks() {
  const page = useAsked();
  const { asked, find, parameters, period, query, set, sought, weekStart } = page;
  const names = columnsIn(query.columns);
  const sort = SORTABLE.find((name) => name === query.sort) ?? "plays";
  const order = query.order === "asc" ? "asc" : "desc";
  const offset = Math.max(0, Number.parseInt(query.offset ?? "0", 10) || 0);
  const interval = intervalOf(period);
  // A link shows the list, and no track by itself.
  const isLinked = !boot.session;
  const picked = isLinked ? [] : pickedIn(query.picked);
  const drawn = names.includes("plays_series") ? { plays_series: "true", interval, week_start: weekStart } : {};
  const alone = (place: number) =>
    picked[place] ? overview({ ...only(parameters, "asset", [picked[place]]), interval, week_start: weekStart }) : null;
  const side = tracks({ ...only(parameters, "asset", picked), sort: "plays", limit: MOST });
  const { rows, titles, notes, ...sides } = useAnswers({
    rows: tracks({
      ...parameters,
      search: sought,
      sort,
      order,
      limit: LIMIT,
      offset,
      ...drawn,
      ...listComparing(asked),
    }),
    titles: picked.length ? side : null,
    notes: picked.length ? notesOf(parameters) : null,
    first: alone(0),
    second: alone(1),
    third: alone(2),
    fourth: alone(3),
    fifth: alone(4),
  });
  const shown = rows.data?.tracks.map(({ asset_id }) => asset_id) ?? [];
  const span = rows.data ? spanOf(rows.data) : null;
  // What is compared with is asked for the rows that are seen.
  const { before, ranks } = useAnswers({
    before:
      span && shown.length && names.includes("change")
        ? tracks({ ...only(parameters, "asset", shown), ...span, sort: "plays", limit: LIMIT })
        : null,
    ranks:
      span && shown.length && names.includes("rank_change")
        ? tracks({ ...parameters, ...span, search: sought, sort, order, limit: RANKED })
        : null,
  });
  const plays = new Map(before.data?.tracks.map((row) => [row.asset_id, row.plays]));
  const places = new Map(ranks.data?.tracks.map((row, index) => [row.asset_id, index + 1]));
  const earlier: Earlier | null = span && {
    plays: (asset) => (before.data ? (plays.get(asset) ?? 0) : undefined),
    rank: (asset) => places.get(asset) ?? (ranks.data && ranks.data.total <= RANKED ? null : undefined),
  };
  const rankOf = (row: TrackRow) => offset + shown.indexOf(row.asset_id) + 1;
  const listed = {
    earlier,
    rankOf,
    series: rows.data?.plays_series ?? {},
    buckets: bucketsOf(rows.data?.plays_buckets ?? [], interval, page),
    interval,
  };
  const pick = (assets: readonly string[]) => set({ picked: assets.length ? assets.join(",") : undefined });
  const resort = (name: string) =>
    set({
      sort: name === "plays" ? undefined : name,
      order: name === sort && order === "desc" ? "asc" : undefined,
      offset: undefined,
    });
  const columns: Column<TrackRow>[] = [
    {
      name: "track",
      title: "Track",
      cell: (row) => (
        <span class="pick">
          {!isLinked && <Pick row={row} picked={picked} onPick={pick} />}
          <TrackName {...row} />
        </span>
      ),
    },
    ...names.flatMap((name) => columnOf(name, listed)),
  ];
  const known = new Map(
    [...(rows.data?.tracks ?? []), ...(titles.data?.tracks ?? [])].map((row) => [row.asset_id, row]),
  );
  const answers: Answer<Overview>[] = [sides.first, sides.second, sides.third, sides.fourth, sides.fifth];
  const buckets = sides.first.data?.series ?? [];
  const noted = useNotes(notes, buckets, bucketsOf(buckets, interval, page));
  return (
    <Page name="tracks" title="Tracks" ready={Boolean(rows.data ?? rows.failure)}>
      <div class="panels">
        {picked.length > 0 && (
          <SideBySide
            sides={picked.map((asset, place) => ({
              asset,
              title: known.get(asset)?.title ?? asset,
              answer: answers[place]!,
            }))}
            interval={interval}
            within={page}
            csv={side}
            noted={noted}
            draw={query.draw}
            onDraw={(name) => set({ draw: name === "plays" ? undefined : name })}
            onLeave={pick}
          />
        )}
        <Panel
          title="Tracks"
          define={`Tracks with an event in the period. Choose a heading to sort by it${isLinked ? "" : `, and up to ${MOST} tracks to see them side by side`}.`}
          answer={rows}
          csv={tracks({ ...parameters, search: sought, sort, order, limit: 1_000 })}
          wide
          height={600}
          empty={({ total }) => total === 0 && <Empty what={sought ? `tracks with “${sought}”` : "tracks"} />}
          tools={
            <>
              <Find what="Title, artist or asset id" text={sought ?? ""} onFind={find} />
              <Chooser names={names} onChoose={(wanted) => set({ columns: columnsAsText(wanted) })} />
            </>
          }
        >
          {(data) => (
            <>
              <Table
                caption="Tracks"
                columns={columns}
                rows={data.tracks}
                id={({ asset_id }) => asset_id}
                sort={sort}
                order={order}
                onSort={resort}
                mark={({ asset_id }) => ({ "data-asset": asset_id })}
              />
              <Pager
                total={data.total}
                limit={LIMIT}
                offset={offset}
                onMove={(to) => set({ offset: to ? String(to) : undefined })}
              />
            </>
          )}
        </Panel>
      </div>
      {noted.dialog}
    </Page>
  );
}

/** The tracks of an address that are seen side by side. */
function pickedIn(text: string | undefined): readonly string[] {
  const found = (text ?? "").split(",").filter((asset) => /^[1-9][0-9]{0,18}$/.test(asset));
  return [...new Set(found)].slice(0, MOST);
}

interface PickProps {
  readonly row: TrackRow;
  readonly picked: readonly string[];
  readonly onPick: (assets: readonly string[]) => void;
}

function Pick({ row: { asset_id, title }, picked, onPick }: PickProps) {
  const isPicked = picked.includes(asset_id);
  return (
    <input
      type="checkbox"
      aria-label={`Side by side: ${title}`}
      title={isPicked || picked.length < MOST ? "Side by side" : `${MOST} tracks are chosen`}
      checked={isPicked}
      disabled={!isPicked && picked.length >= MOST}
      onChange={() => onPick(isPicked ? picked.filter((each) => each !== asset_id) : [...picked, asset_id])}
    />
  );
}
