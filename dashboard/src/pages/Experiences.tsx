/** Where music is heard: universes, the places in them, and how the largest share the plays. */

import { useState } from "preact/hooks";
import {
  type ExperienceRow,
  experiences,
  type Experiences as Found,
  type Overview as OverviewOf,
  overview,
} from "../api/questions.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { filtered, interval as intervalOf } from "../frame/asked.ts";
import { isEditor } from "../frame/Desk.tsx";
import { nameOf, useRenamed } from "../frame/experiences.ts";
import { only, useAsked } from "../frame/use-asked.ts";
import { BarChart } from "../kit/charts/BarChart.tsx";
import type { Series } from "../kit/charts/Chart.tsx";
import { Empty } from "../kit/Empty.tsx";
import { MEASURES, type MeasureName } from "../kit/measures.ts";
import { Delta, Num } from "../kit/Num.tsx";
import { Page } from "../kit/Page.tsx";
import { Pager } from "../kit/Pager.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { When } from "../kit/When.tsx";
import { listComparing, spanOf } from "./compared.ts";
import { notesOf, useNotes } from "./notes.tsx";
import { type Named, Renaming } from "./Renaming.tsx";
import { bucketsOf } from "./series.ts";

const LIMIT = 50;
/** Universes that have a colour of their own, and places of one that are listed. */
const TOP = 5;
const PLACES = 200;
const SHOWN = [
  "plays",
  "listeners",
  "listened_seconds",
  "completion_rate",
  "skip_rate",
] as const satisfies readonly MeasureName[];

/** As a parameter; what came without a universe has 0. */
const idOf = (universe: string | null) => universe ?? "0";

export default function Experiences() {
  const page = useAsked();
  useRenamed();
  const [renaming, setRenaming] = useState<Named | null>(null);
  const { asked, parameters, period, query, set, weekStart } = page;
  const interval = intervalOf(period);
  const sort = SHOWN.find((name) => name === query.sort) ?? "plays";
  const order = query.order === "asc" ? "asc" : "desc";
  const offset = Math.max(0, Number.parseInt(query.offset ?? "0", 10) || 0);
  const ofUniverses = { ...parameters, by: "universe" };
  const wanted = { ...ofUniverses, sort, order, limit: LIMIT, offset, last_event: "true" };
  const drawn = { ...parameters, interval, week_start: weekStart };
  const { rows, top, whole, notes } = useAnswers({
    rows: experiences({ ...wanted, ...listComparing(asked) }),
    top: experiences({ ...ofUniverses, ...drawn, sort: "plays", limit: TOP, plays_series: "true" }),
    whole: overview(drawn),
    notes: notesOf(parameters),
  });

  const span = rows.data ? spanOf(rows.data) : null;
  const shown = rows.data?.experiences.map(({ universe_id }) => idOf(universe_id)) ?? [];
  const open = shown.find((id) => id === query.open);
  const { before, places } = useAnswers({
    before:
      span && shown.length
        ? experiences({ ...only(ofUniverses, "universe", shown), ...span, sort: "plays", limit: LIMIT })
        : null,
    places: open
      ? experiences({ ...only(parameters, "universe", [open]), sort: "plays", limit: PLACES, last_event: "true" })
      : null,
  });
  const chart = together(whole, top);
  const series = chart.data ? stacked(chart.data) : [];
  const buckets = chart.data ? bucketsOf(chart.data.whole.series, interval, page) : [];
  const noted = useNotes(notes, chart.data?.whole.series ?? [], buckets);
  const isReady = Boolean((rows.data ?? rows.failure) && (chart.data ?? chart.failure));
  return (
    <Page name="experiences" title="Experiences" ready={isReady}>
      <div class="panels">
        <Panel
          title={`Plays by ${interval}`}
          define={`Plays in the ${TOP} experiences with the most of them, and in all others.`}
          answer={chart}
          csv={overview(drawn)}
          wide
          height={260}
          empty={(data) => data.whole.totals.events === 0 && <Empty />}
          table={() => <SeriesTable caption="Plays" buckets={buckets} series={series} />}
        >
          {() => <BarChart name={`Plays by ${interval}`} buckets={buckets} series={series} {...noted.props} />}
        </Panel>
        <Panel
          title="Experiences"
          define="Universes with an event in the period. Open one to see its places; who was in several is one listener."
          answer={rows}
          csv={experiences({ ...ofUniverses, sort, order, limit: 1_000, last_event: "true" })}
          wide
          height={400}
          empty={({ total }) => total === 0 && <Empty />}
        >
          {(data) => (
            <>
              <Table
                caption="Experiences"
                columns={columnsOf(page, whole.data, span ? before : null, open, setRenaming)}
                rows={listed(data, open, places.data)}
                id={({ universe_id, place_id, isPlace }) => `${universe_id} ${isPlace ? place_id : "all"}`}
                sort={sort}
                order={order}
                onSort={(name) =>
                  set({
                    sort: name === "plays" ? undefined : name,
                    order: name === sort && order === "desc" ? "asc" : undefined,
                    offset: undefined,
                  })
                }
                mark={({ universe_id, place_id, isPlace }) => ({
                  "data-universe": idOf(universe_id),
                  "data-place": isPlace ? idOf(place_id) : undefined,
                })}
              />
              {places.failure && <p role="alert">{places.failure.message}</p>}
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
      {renaming && <Renaming of={renaming} onClose={() => setRenaming(null)} />}
    </Page>
  );
}

type Listed = ExperienceRow & { readonly isPlace: boolean };

/** The universes, and below the one that is open its places. */
function listed(data: Found, open: string | undefined, places: Found | undefined): Listed[] {
  return data.experiences.flatMap((row) => {
    const inside = idOf(row.universe_id) === open ? (places?.experiences ?? []) : [];
    const mine = inside.filter((place) => place.universe_id === row.universe_id);
    return [{ ...row, isPlace: false }, ...mine.map((place) => ({ ...place, isPlace: true }))];
  });
}

function columnsOf(
  { asked, ask, set }: ReturnType<typeof useAsked>,
  whole: OverviewOf | undefined,
  before: Answer<Found> | null,
  open: string | undefined,
  onRename: (named: Named) => void,
): Column<Listed>[] {
  const earlier = new Map(before?.data?.experiences.map((row) => [row.universe_id, row]));
  return [
    {
      name: "experience",
      title: "Experience",
      cell: ({ universe_id, place_id, isPlace }) => {
        if (isPlace)
          return (
            <>
              <span class="muted" title={place_id ?? undefined}>
                Place {nameOf("place", place_id)}
              </span>
              <Rename of={{ kind: "place", id: place_id }} onRename={onRename} />
            </>
          );
        const id = idOf(universe_id);
        return (
          <>
            <button
              type="button"
              class="quiet"
              aria-expanded={open === id}
              aria-label={`Places of ${nameOf("universe", universe_id)}`}
              onClick={() => set({ open: open === id ? undefined : id })}
            >
              {open === id ? "▾" : "▸"}
            </button>
            <button
              type="button"
              class="quiet"
              title={universe_id ?? undefined}
              onClick={() => ask(filtered(asked, "universe", [id]))}
            >
              {nameOf("universe", universe_id)}
            </button>
            <Rename of={{ kind: "universe", id: universe_id }} onRename={onRename} />
          </>
        );
      },
    },
    ...SHOWN.map((name): Column<Listed> => {
      const { title, kind } = MEASURES[name];
      return {
        name,
        title,
        number: true,
        sortable: true,
        cell: (row) => <Num measure={name} value={row[name]} kind={kind} />,
      };
    }),
    {
      name: "share",
      title: "Share of plays",
      number: true,
      cell: ({ plays }) => {
        const all = whole?.totals.plays;
        return <Num measure="share" value={all ? plays / all : null} kind="rate" />;
      },
    },
    ...(before
      ? [
          {
            name: "change",
            title: "Change",
            number: true,
            cell: ({ universe_id, plays, isPlace }: Listed) =>
              before.data && !isPlace ? (
                <Delta measure="plays" now={plays} before={earlier.get(universe_id)?.plays ?? 0} />
              ) : (
                ""
              ),
          },
        ]
      : []),
    { name: "last", title: "Last event", cell: ({ last_event }) => <When at={last_event} never="–" /> },
  ];
}

interface RenameProps {
  readonly of: { readonly kind: Named["kind"]; readonly id: string | null };
  readonly onRename: (named: Named) => void;
}

/** For who may; what came without an id has nothing to be named by. */
function Rename({ of: { kind, id }, onRename }: RenameProps) {
  if (!id || !isEditor()) return null;
  return (
    <button
      type="button"
      class="quiet"
      title="Rename"
      aria-label={`Rename ${nameOf(kind, id)}`}
      onClick={() => onRename({ kind, id })}
    >
      ✎
    </button>
  );
}

interface Charted {
  readonly whole: OverviewOf;
  readonly top: Found;
}

/** One answer of those that a chart is made of: there when all are, failed when one is. */
function together(whole: Answer<OverviewOf>, top: Answer<Found>): Answer<Charted> {
  const parts: readonly Answer<unknown>[] = [whole, top];
  const failed = parts.find(({ failure }) => failure);
  // One may be of an older question than the other: what does not fit together is not drawn.
  const fits = top.data?.plays_series?.every((plays) => plays.length === whole.data?.series.length);
  return {
    stale: parts.some(({ stale }) => stale),
    retry: () => Promise.all(parts.map(({ failure, retry }) => failure && retry())),
    ...(failed?.failure && { failure: failed.failure }),
    ...(whole.data && top.data && fits && { data: { whole: whole.data, top: top.data } }),
  };
}

function stacked({ whole, top }: Charted): Series[] {
  const leaders = top.plays_series ?? [];
  const found: Series[] = leaders.map((values, index) => ({
    name: nameOf("universe", top.experiences[index]!.universe_id),
    values,
    color: index + 1,
  }));
  const others = whole.series.map(({ plays }, bucket) =>
    leaders.reduce((rest, values) => rest - values[bucket]!, plays),
  );
  return others.some((plays) => plays > 0) ? [...found, { name: "Other", values: others, color: 0 }] : found;
}
