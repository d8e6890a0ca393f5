/** The explorer: what events of any type say, custom ones too, and the events themselves. */

import {
  type EventType,
  type Explored,
  events,
  eventTypes,
  explore,
  type MetadataKey,
  metadataKeys,
} from "../api/questions.ts";
import { useAnswers } from "../api/use-answers.ts";
import { interval as intervalOf } from "../frame/asked.ts";
import { nameOf } from "../frame/experiences.ts";
import { samePeriod, useAsked } from "../frame/use-asked.ts";
import { Choice, chosen } from "../kit/Choice.tsx";
import { BarChart } from "../kit/charts/BarChart.tsx";
import type { Series } from "../kit/charts/Chart.tsx";
import { LineChart } from "../kit/charts/LineChart.tsx";
import { Empty } from "../kit/Empty.tsx";
import { Long } from "../kit/Long.tsx";
import { Moment } from "../kit/Moment.tsx";
import { Num } from "../kit/Num.tsx";
import type { Kind } from "../kit/numbers.ts";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { Conditions } from "./explorer/Conditions.tsx";
import { KeyTable } from "./explorer/KeyTable.tsx";
import { LastEvents } from "./explorer/LastEvents.tsx";
import { conditions, FIELDS, inWords, keyName, seen, shownName, written } from "./explorer/names.ts";
import { type Noted, notesOf, useNotes } from "./notes.tsx";
import { bucketsOf, type Within } from "./series.ts";

const MEASURES = [
  ["count", "Events"],
  ["players", "Players"],
  ["per_player", "Events per player"],
  ["sum", "Sum"],
  ["avg", "Mean"],
  ["min", "Smallest"],
  ["max", "Largest"],
  ["p50", "Median"],
  ["p95", "95th percentile"],
] as const;
const WHOLE = ["count", "players", "per_player"];
const DRAWN = [
  ["lines", "lines"],
  ["bars", "bars"],
] as const;
/** Colours of a chart; what is beyond is grey. */
const COLORS = 6;
const LAST = 50;

export default function Events() {
  const { period, parameters, query, set, url, weekStart, zone } = useAsked();
  const interval = intervalOf(period);
  const measure = chosen(query.measure, MEASURES);
  // Bars stand on each other, so only what adds up is drawn so.
  const addsUp = measure === "count" || measure === "sum";
  const drawn = addsUp ? chosen(query.drawn, DRAWN) : "lines";
  const isOfNumbers = !WHOLE.includes(measure);
  const of = isOfNumbers ? query.of || "duration" : undefined;
  const where = conditions(query.where);
  const type = query.type || undefined;
  const by = query.by || (type ? undefined : "type");
  const asking = explore({ ...parameters, type, measure, of, by, where, interval, week_start: weekStart });
  const { from, to } = parameters;
  const answers = useAnswers(
    {
      explored: asking,
      notes: notesOf(parameters),
      types: eventTypes({ ...parameters, limit: 100 }),
      keys: type ? metadataKeys({ ...parameters, type, limit: 100 }) : null,
      last: events({ from, to, zone, type, limit: LAST }),
    },
    undefined,
    ["types", "keys", "last"],
  );
  const shown = answers.explored.data?.buckets ?? [];
  const within = { period, zone };
  const noted = useNotes(answers.notes, shown, bucketsOf(shown, interval, within));
  const keys: readonly MetadataKey[] = (type && answers.keys.data?.keys) || [];
  const names = [...Object.keys(FIELDS), ...keys.map(({ key }) => keyName(key))];
  const numeric = ["duration", ...keys.filter(({ numbers }) => numbers).map(({ key }) => keyName(key))];
  const title = `${MEASURES.find(([name]) => name === measure)![1]}${of ? ` of ${shownName(of)}` : ""}`;
  const kind: Kind = measure === "count" || measure === "players" ? "count" : "mean";
  const about = { by, kind, title, interval, within, noted };
  const pick = (name: string) =>
    set({ type: name === type ? undefined : name, by: undefined, of: undefined, where: undefined });
  const narrow = (value: string | null) =>
    set({ where: written([...where.filter((one) => !one.startsWith(`${by}:is:`)), `${by}:is:${value ?? ""}`]) });
  return (
    <Page name="events" title="Events" ready={Boolean(answers.explored.data ?? answers.explored.failure)}>
      <div class="panels">
        <Panel
          title={type ? `${title} of ${type}` : `${title} of all types`}
          define="The 8 largest groups, and all others together. What is not set is a group, too."
          answer={answers.explored}
          csv={asking}
          wide
          height={320}
          empty={(found) => found.events === 0 && <Empty />}
          table={(found) => <Drawn found={found} {...about} as="table" />}
          tools={
            <span class="choices">
              <Choice title="Measure" value={measure} options={MEASURES} onChoose={(name) => set({ measure: name })} />
              {of && (
                <Choice title="of" value={of} options={named(numeric, of)} onChoose={(name) => set({ of: name })} />
              )}
              <Choice
                title="by"
                value={by ?? ""}
                options={[["", "nothing"], ...named(names, by)]}
                onChoose={(name) => set({ by: name || undefined })}
              />
              {addsUp && <Choice title="as" value={drawn} options={DRAWN} onChoose={(name) => set({ drawn: name })} />}
            </span>
          }
        >
          {(found) => (
            <>
              <p>
                Together <Num measure="explored" value={found.amount} kind={kind} /> over{" "}
                <Num measure="explored_events" value={found.events} /> events
                {!found.is_exact && <span class="muted">, within a hundredth</span>}
              </p>
              <Drawn found={found} {...about} as={drawn} />
            </>
          )}
        </Panel>
        <Panel
          title={`${title} ${by ? `by ${inWords(by)}` : "in all"}`}
          define="The 8 largest groups, and all others together. Choose one to see only its events."
          answer={answers.explored}
          rows={({ groups }) => groups.map(({ series: _, ...group }) => group)}
          empty={(found) => found.events === 0 && <Empty />}
          tools={<Conditions list={where} names={names} onChange={(list) => set({ where: written(list) })} />}
          wide
        >
          {(found) => (
            <Table
              caption={`${title} by group`}
              columns={groupColumns(title, kind, by, narrow)}
              rows={found.groups}
              id={(row) => (row.is_other ? "other" : `=${row.value}`)}
              mark={(row) => ({
                "data-group": row.is_other ? "other" : (row.value ?? ""),
                "data-asset": by === "asset_id" && row.value ? row.value : undefined,
              })}
            />
          )}
        </Panel>
        <Panel
          title="Types"
          define="All types that were sent in the period, built-in and custom. Choose one."
          answer={answers.types}
          csv={eventTypes({ ...parameters, limit: 1_000 })}
          empty={({ total }) => total === 0 && <Empty />}
          wide
        >
          {({ types, total }) => (
            <>
              <Table
                caption="Types of events"
                columns={typeColumns(type, pick)}
                rows={types}
                id={(row) => `=${row.type}`}
                mark={(row) => ({ "data-type": row.type })}
              />
              {total > types.length && (
                <p class="muted">
                  The <Num measure="list_last" value={types.length} kind="whole" /> most frequent of{" "}
                  <Num measure="list_total" value={total} kind="whole" />.
                </p>
              )}
            </>
          )}
        </Panel>
        {type && (
          <Panel
            title="Keys of metadata"
            define="What the metadata of this type holds. Choose one to tell groups apart by it."
            answer={answers.keys}
            csv={metadataKeys({ ...parameters, type, limit: 1_000 })}
            wide
            empty={({ total }) => total === 0 && <p>No event of this type carries metadata.</p>}
          >
            {(found) => (
              <>
                {found.is_sample && (
                  <p class="muted">
                    From a sample of <Num measure="looked_at" value={found.looked_at} /> of{" "}
                    <Num measure="events_in_all" value={found.events} kind="whole" /> events.
                  </p>
                )}
                <KeyTable keys={found.keys} onBy={(name) => set({ by: name })} />
              </>
            )}
          </Panel>
        )}
        <Panel
          title="Last events"
          define={`The last ${LAST} events of the period${type ? " and type" : ""}, whatever filters and conditions are chosen.`}
          answer={answers.last}
          csv={events({ from, to, zone, type, limit: 1_000 })}
          empty={(found) => found.events.length === 0 && <Empty />}
          wide
        >
          {(found) => <LastEvents events={found.events} link={(asset) => samePeriod(url, `/tracks/${asset}`)} />}
        </Panel>
      </div>
      {noted.dialog}
    </Page>
  );
}

/** Names to choose from; what the address says is one of them. */
function named(names: readonly string[], current: string | undefined): (readonly [string, string])[] {
  const all = current && !names.includes(current) ? [...names, current] : names;
  return all.map((name) => [name, shownName(name)] as const);
}

function groupName({ is_other, label, value }: Explored["groups"][number], by: string | undefined): string {
  if (is_other) return "All others";
  if (by === "universe_id") return nameOf("universe", value);
  if (by === "place_id") return nameOf("place", value);
  return label === null ? (by ? "Not set" : "All") : seen(label);
}

interface DrawnProps {
  readonly found: Explored;
  readonly by: string | undefined;
  readonly kind: Kind;
  readonly title: string;
  readonly interval: ReturnType<typeof intervalOf>;
  readonly within: Within;
  readonly as: "lines" | "bars" | "table";
  readonly noted: Noted;
}

function Drawn({ found, by, kind, title, interval, within, as, noted }: DrawnProps) {
  const buckets = bucketsOf(found.buckets, interval, within);
  // A group may be called as the rest is: names in a chart are all different.
  const names = found.groups.map((group) => groupName(group, by));
  const series: Series[] = found.groups.map((group, index) => ({
    name: names.indexOf(names[index]!) < index ? `${names[index]} (${index + 1})` : names[index]!,
    values: group.series,
    color: group.is_other || index >= COLORS ? 0 : index + 1,
    dashed: index >= COLORS && !group.is_other,
  }));
  if (as === "table") return <SeriesTable caption={title} buckets={buckets} series={series} kind={kind} />;
  const Chart = as === "bars" ? BarChart : LineChart;
  const drawn = { buckets, series, kind, ...noted.props };
  return <Chart name={`${title} by ${interval}`} {...drawn} />;
}

type Group = Explored["groups"][number];

function groupColumns(
  title: string,
  kind: Kind,
  by: string | undefined,
  narrow: (value: string | null) => void,
): Column<Group>[] {
  const events: Column<Group> = {
    name: "events",
    title: "Events",
    number: true,
    cell: (row) => <Num measure="group_events" value={row.events} />,
  };
  return [
    {
      name: "group",
      title: by ? shownName(by) : "Group",
      cell: (row) => (
        <Long
          text={groupName(row, by)}
          around={(lines) =>
            by && !row.is_other ? (
              <button type="button" class="link" title="Only these" onClick={() => narrow(row.value)}>
                {lines}
              </button>
            ) : (
              lines
            )
          }
        />
      ),
    },
    {
      name: "amount",
      title,
      number: true,
      cell: ({ amount }) => <Num measure="group_amount" value={amount} kind={kind} />,
    },
    ...(title === "Events" ? [] : [events]),
  ];
}

function typeColumns(chosenType: string | undefined, pick: (type: string) => void): Column<EventType>[] {
  return [
    {
      name: "type",
      title: "Type",
      cell: ({ type, is_built_in }) => (
        <>
          <Long
            text={seen(type)}
            around={(lines) => (
              <button type="button" class="link" aria-pressed={type === chosenType} onClick={() => pick(type)}>
                {lines}
              </button>
            )}
          />
          {!is_built_in && <span class="muted"> custom</span>}
        </>
      ),
    },
    { name: "events", title: "Events", number: true, cell: (row) => <Num measure="type_events" value={row.events} /> },
    {
      name: "players",
      title: "Players",
      number: true,
      cell: ({ players }) => <Num measure="type_players" value={players} />,
    },
    { name: "last", title: "Last seen", cell: ({ last_at }) => <Moment at={last_at} /> },
  ];
}
