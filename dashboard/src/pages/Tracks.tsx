/** Every track with an event in the period, sorted by any measure. */
import { type TrackRow, tracks } from "../api/questions.ts";
import { useAnswers } from "../api/use-answers.ts";
import { filtered } from "../frame/asked.ts";
import { only, samePeriod, useAsked } from "../frame/use-asked.ts";
import { Empty } from "../kit/Empty.tsx";
import { MEASURES, type MeasureName } from "../kit/measures.ts";
import { Delta, Num } from "../kit/Num.tsx";
import { Page } from "../kit/Page.tsx";
import { Pager } from "../kit/Pager.tsx";
import { Panel } from "../kit/Panel.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { spanBefore } from "./compared.ts";

const LIMIT = 50;
const SHOWN = [
  "plays",
  "listeners",
  "listened_seconds",
  "completion_rate",
  "skip_rate",
  "up_votes",
  "down_votes",
  "favorites",
  "queue_adds",
  "search_clicks",
] as const satisfies readonly MeasureName[];

export default function Tracks() {
  const page = useAsked();
  const { asked, ask, parameters, query, set, url } = page;
  const sort = SHOWN.find((name) => name === query.sort) ?? "plays";
  const order = query.order === "asc" ? "asc" : "desc";
  const offset = Math.max(0, Number.parseInt(query.offset ?? "0", 10) || 0);
  const asking = tracks({ ...parameters, sort, order, limit: LIMIT, offset });
  const { rows } = useAnswers({ rows: asking });
  const shown = rows.data?.tracks.map(({ asset_id }) => asset_id) ?? [];
  const span = spanBefore(page);
  // What is compared with is asked for the rows that are seen.
  const { before } = useAnswers({
    before:
      span && shown.length
        ? tracks({ ...only(parameters, "asset", shown), ...span, sort: "plays", limit: LIMIT })
        : null,
  });
  const earlier = new Map(before.data?.tracks.map((row) => [row.asset_id, row]));
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
      cell: ({ asset_id, title, artist }) => (
        <>
          <a href={samePeriod(url, `/tracks/${asset_id}`)}>{title}</a>
          {artist && <span class="muted"> {artist}</span>}
        </>
      ),
    },
    ...SHOWN.flatMap((name): Column<TrackRow>[] => {
      const { title, kind, better } = MEASURES[name];
      const number: Column<TrackRow> = {
        name,
        title,
        number: true,
        sortable: true,
        cell: (row) => <Num measure={name} value={row[name]} kind={kind} />,
      };
      if (name !== "plays" || !span) return [number];
      const change: Column<TrackRow> = {
        name: "change",
        title: "Change",
        number: true,
        cell: ({ asset_id, plays }) =>
          before.data ? <Delta now={plays} before={earlier.get(asset_id)?.plays ?? 0} better={better} /> : "",
      };
      return [number, change];
    }),
  ];
  return (
    <Page name="tracks" title="Tracks" ready={Boolean(rows.data ?? rows.failure)}>
      <div class="panels">
        <Panel
          title="Tracks"
          define="Tracks with an event in the period. Choose a heading to sort by it."
          answer={rows}
          csv={tracks({ ...parameters, sort, order, limit: 1_000 })}
          wide
          height={600}
          empty={({ total }) => total === 0 && <Empty what="tracks" />}
          tools={<Find onFind={(asset) => ask(filtered(asked, "asset", asset ? [asset] : []))} />}
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
    </Page>
  );
}

function Find({ onFind }: { readonly onFind: (asset: string) => void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onFind(String(new FormData(event.currentTarget as HTMLFormElement).get("asset") ?? "").trim());
  };
  return (
    <search>
      <form class="find" onSubmit={submit}>
        <label>
          <span class="hidden">Asset id</span>
          <input
            name="asset"
            data-find
            inputMode="numeric"
            pattern="\s*[0-9]{1,19}\s*"
            placeholder="Asset id"
            title="Decimal digits"
          />
        </label>
        <button type="submit">Find</button>
      </form>
    </search>
  );
}
