/** The first page: is it more or less than before, of what, and where. */
import {
  type Overview as Answered,
  experiences,
  ingest,
  overview,
  rhythm,
  searchQueries,
  tracks,
  trending,
} from "../api/questions.ts";
import { useAnswers } from "../api/use-answers.ts";
import { filtered, interval as intervalOf } from "../frame/asked.ts";
import { samePeriod, useAsked } from "../frame/use-asked.ts";
import { Cards } from "../kit/Cards.tsx";
import { BarTable } from "../kit/charts/BarTable.tsx";
import { LineChart } from "../kit/charts/LineChart.tsx";
import { Empty } from "../kit/Empty.tsx";
import { MEASURES, type MeasureName } from "../kit/measures.ts";
import { Delta, Num } from "../kit/Num.tsx";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { compared, comparison } from "./compared.ts";
import { Rhythm } from "./Rhythm.tsx";
import { bucketsOf, openFrom } from "./series.ts";

const CARDS = ["plays", "listeners", "listened_seconds", "completion_rate", "skip_rate"] as const;
const OPINIONS = ["up_votes", "down_votes", "favorites", "unfavorites", "queue_adds", "search_clicks"] as const;
/** Rows of a list on this page. */
const TOP = 8;

function chosenOf(text: string | undefined): MeasureName {
  return CARDS.find((name) => name === text) ?? "plays";
}

export default function Overview() {
  const page = useAsked();
  const { asked, ask, period, parameters, query, set, url, weekStart } = page;
  const interval = intervalOf(period);
  const asking = { ...parameters, interval, week_start: weekStart };
  const chosen = chosenOf(query.show);
  const isFiltered = Object.keys(asked.filters).length > 0;
  const answers = useAnswers({
    overview: overview(asking),
    yearAgo: comparison(page, interval),
    tracks: tracks({ ...parameters, sort: "plays", limit: TOP }),
    trending: trending({ limit: TOP }),
    queries: searchQueries({ ...parameters, limit: TOP }),
    experiences: experiences({ ...parameters, sort: "plays", limit: TOP }),
    rhythm: rhythm(parameters),
    ingest: ingest({}),
  });
  const data = answers.overview.data;
  const before = data && compared(asked.compare, data, answers.yearAgo.data);
  const { title, define, kind } = MEASURES[chosen];
  const series = data ? drawn(data, before?.series, chosen) : [];
  const buckets = data ? bucketsOf(data.series, interval) : [];
  const isReady = Boolean(data ?? answers.overview.failure);
  return (
    <Page name="overview" title="Overview" ready={isReady} aside={<Arrival answer={answers.ingest} />}>
      <Cards
        names={CARDS}
        totals={data?.totals}
        before={before?.totals}
        series={data?.series ?? []}
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
          {({ series: all }) => (
            <LineChart
              name={`${title} by ${interval}`}
              buckets={buckets}
              series={series}
              kind={kind}
              openFrom={openFrom(all, interval, Date.now())}
            />
          )}
        </Panel>
        <Panel
          title="Top tracks"
          define="Most plays in the period."
          answer={answers.tracks}
          csv={tracks({ ...parameters, sort: "plays", limit: TOP })}
          empty={(found) => found.tracks.length === 0 && <Empty what="tracks" />}
        >
          {(found) => (
            <>
              <BarTable
                caption="Top tracks"
                titles={["Track", "Plays"]}
                measure="plays"
                rows={found.tracks.map(({ asset_id, title, artist, plays }) => ({
                  id: asset_id,
                  name: artist ? `${title} · ${artist}` : title,
                  value: plays,
                  onClick: () => ask(filtered(asked, "asset", [asset_id])),
                  more: (
                    <a href={samePeriod(url, `/tracks/${asset_id}`)} aria-label={`All about ${title}`}>
                      →
                    </a>
                  ),
                  mark: { "data-asset": asset_id },
                }))}
              />
              <a href={samePeriod(url, "/tracks")}>All {found.total.toLocaleString()} tracks</a>
            </>
          )}
        </Panel>
        <Panel
          title="Rising tracks"
          define="Far more listeners in the last 24 hours than was to be expected; whatever period and filters are chosen."
          answer={answers.trending}
          empty={(found) => found.tracks.length === 0 && <p>Nothing rises faster than the rest right now.</p>}
        >
          {(found) => (
            <BarTable
              caption="Rising tracks"
              titles={["Track", "Times as many as expected"]}
              measure="score"
              kind="score"
              rows={found.tracks.map(({ asset_id, title, artist, score }) => ({
                id: asset_id,
                name: artist ? `${title} · ${artist}` : title,
                value: score,
                more: (
                  <a href={samePeriod(url, `/tracks/${asset_id}`)} aria-label={`All about ${title}`}>
                    →
                  </a>
                ),
                mark: { "data-asset": asset_id },
              }))}
            />
          )}
        </Panel>
        <Panel
          title="Top searches"
          define="Searches that led to clicks. What was searched without a click is not known."
          answer={answers.queries}
          empty={(found) => found.queries.length === 0 && <Empty what="search clicks" />}
        >
          {(found) => (
            <BarTable
              caption="Top searches"
              titles={["Search", "Clicks"]}
              measure="clicks"
              rows={found.queries.map(({ query, clicks }) => ({ id: query, name: query, value: clicks }))}
            />
          )}
        </Panel>
        <Panel
          title="Experiences"
          define="Places with the most plays."
          answer={answers.experiences}
          empty={(found) => found.experiences.length === 0 && <Empty />}
        >
          {(found) => (
            <BarTable
              caption="Experiences"
              titles={["Experience · place", "Plays"]}
              measure="plays"
              rows={found.experiences.map(({ universe_id, place_id, plays }) => ({
                id: `${universe_id} ${place_id}`,
                name: `${universe_id ?? "not set"} · ${place_id ?? "not set"}`,
                value: plays,
                onClick: () => ask(filtered(asked, "universe", [universe_id ?? "0"])),
              }))}
            />
          )}
        </Panel>
        <Panel
          title="Opinions"
          define="Votes, favourites, queue adds and search clicks, as they were sent."
          answer={answers.overview}
        >
          {({ totals }) => (
            <table>
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col" class="number">
                    Count
                  </th>
                  <th scope="col" class="number">
                    Change
                  </th>
                </tr>
              </thead>
              <tbody>
                {OPINIONS.map((name) => (
                  <tr key={name}>
                    <th scope="row">{MEASURES[name].title}</th>
                    <td class="number">
                      <Num measure={name} value={totals[name]} />
                    </td>
                    <td class="number">
                      {before ? (
                        <Delta now={totals[name]} before={before.totals[name]} better={MEASURES[name].better} />
                      ) : (
                        "–"
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Panel>
        <Panel
          title="Rhythm of the week"
          define="Plays by weekday and hour, in the project's time zone."
          answer={answers.rhythm}
        >
          {(found) => <Rhythm found={found} />}
        </Panel>
      </div>
      {isFiltered && <p class="muted">Rising tracks do not follow the filters.</p>}
    </Page>
  );
}

function drawn(data: Answered, before: readonly Answered["series"][number][] | undefined, name: MeasureName) {
  const values = (series: readonly Answered["series"][number][]) => series.map((bucket) => bucket[name] ?? null);
  const now = { name: MEASURES[name].title, values: values(data.series), color: 1 };
  if (!before) return [now];
  // A month may have more days than the one before: what has no counterpart is left out.
  const old = data.series.map((_, index) => before[index]?.[name] ?? null);
  return [now, { name: "Before", values: old, color: 0, dashed: true }];
}

function Arrival({ answer }: { readonly answer: { readonly data?: { last_event_at: string | null } } }) {
  const at = answer.data?.last_event_at;
  if (!answer.data) return null;
  if (!at) return <a href="/welcome">No event has arrived yet: send the first one</a>;
  return (
    <span class="muted">
      Last event <time dateTime={at}>{new Date(at).toLocaleString()}</time>
    </span>
  );
}
