/** What comes in now, for who tries out a game: whether events arrive, how soon, and why some are refused. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Event, events, type Live as Found, type LiveRejection, live } from "../api/questions.ts";
import { isAway } from "../api/reach.ts";
import { useAnswers } from "../api/use-answers.ts";
import { boot } from "../frame/boot.ts";
import { nameOf } from "../frame/experiences.ts";
import { BarChart } from "../kit/charts/BarChart.tsx";
import type { Bucket } from "../kit/charts/Chart.tsx";
import { Define } from "../kit/Define.tsx";
import { Long } from "../kit/Long.tsx";
import { Moment } from "../kit/Moment.tsx";
import { Num } from "../kit/Num.tsx";
import { Outdated } from "../kit/Outdated.tsx";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { type Column, Table } from "../kit/Table.tsx";

/** Seconds between two looks. */
const EVERY = 5;
const EVENTS = 100;
/** From which share of events on a sender's clock is told to be wrong. */
const AHEAD_WARNING = 0.01;

const minuteOf = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  timeZone: boot.settings.zone,
});

export default function Live() {
  const [paused, setPaused] = useState(false);
  const [type, setType] = useState("");
  const answers = useAnswers(
    { live: live({}), events: events(type ? { limit: EVENTS, type } : { limit: EVENTS }) },
    paused ? undefined : EVERY,
  );
  const { data, failure } = answers.live;
  const isDown = Object.values(answers).some((answer) => answer.failure && isAway(answer.failure.status));
  const state = paused
    ? "Paused"
    : isDown
      ? "Asked again, ever more rarely, until the server is back."
      : `Asked again every ${EVERY} seconds while this tab is seen.`;
  const aside = (
    <span>
      <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
        Pause
      </button>{" "}
      <span class="muted">{state}</span>
    </span>
  );
  return (
    <Page name="live" title="Live" ready={Boolean(data ?? failure)} aside={aside}>
      {data && (data.ahead_share ?? 0) > AHEAD_WARNING && (
        <p class="notice" role="status">
          <Num measure="ahead_share_warning" value={data.ahead_share} kind="rate" /> of the events of the last hour were
          ahead of this server's clock by over a second. Look for a sender, or a server, whose clock is wrong.
        </p>
      )}
      <Outdated answer={answers.live} />
      <Figures data={data} outdated={Boolean(failure)} />
      <div class="panels">
        <Panel
          title="Events by minute"
          define="By the time of their receipt. Repeats are of batches that had been stored before: they count once."
          answer={answers.live}
          csv={live({})}
          wide
          height={260}
          table={(found) => <SeriesTable caption="Events by minute" {...drawn(found)} />}
        >
          {(found) => <BarChart name="Events by minute" {...drawn(found)} />}
        </Panel>
        <Panel
          title="Refused events of the last 24 hours"
          define="By reason, key and experience; counted by whole hours."
          answer={answers.live}
          rows={({ rejected }) => rejected}
          wide
          height={120}
          empty={(found) => found.rejected.length === 0 && <p>Nothing was refused in the last 24 hours.</p>}
        >
          {(found) => (
            <Table
              caption="Refused events"
              columns={REFUSED}
              rows={found.rejected}
              id={({ reason, key, universe_id }) => `${reason} ${key} ${universe_id}`}
              mark={({ reason }) => ({ "data-reason": reason })}
            />
          )}
        </Panel>
        <Panel
          title="Last events"
          define={`The newest ${EVENTS} events, by their own time, as they were sent.`}
          answer={answers.events}
          csv={events({ limit: 1_000, type: type || undefined })}
          wide
          height={400}
          tools={<Filter type={type} onFilter={setType} />}
          empty={(found) => found.events.length === 0 && <p>No event{type && " of this type"} in the last 28 days.</p>}
        >
          {(found) => <Table caption="Last events" columns={SENT} rows={found.events.map(numbered)} id={idOf} />}
        </Panel>
      </div>
    </Page>
  );
}

function drawn({ minutes }: Found) {
  return {
    buckets: minutes.map(({ start }, index): Bucket => {
      const time = minuteOf.format(new Date(start));
      return { short: time, long: time, state: index === minutes.length - 1 ? "open" : undefined };
    }),
    series: [
      { name: "Accepted", values: minutes.map(({ accepted }) => accepted), color: 1 },
      { name: "Repeats", values: minutes.map(({ repeats }) => repeats), color: 3 },
      { name: "Rejected", values: minutes.map(({ rejected }) => rejected), color: 2 },
    ],
  };
}

function Figures({ data, outdated }: { readonly data: Found | undefined; readonly outdated: boolean }) {
  const sum = (name: "accepted" | "rejected" | "repeats") =>
    data?.minutes.reduce((total, minute) => total + minute[name], 0);
  return (
    <div class={data && outdated ? "cards stale" : "cards"}>
      <Figure title="Accepted" define="New events of the last 60 minutes.">
        <Num measure="accepted" value={sum("accepted")} />
      </Figure>
      <Figure title="Rejected" define="Events refused in the last 60 minutes.">
        <Num measure="rejected" value={sum("rejected")} />
      </Figure>
      <Figure title="Repeats" define="Events of batches that had been stored before, in the last 60 minutes.">
        <Num measure="repeats" value={sum("repeats")} />
      </Figure>
      <Figure title="Active players" define="Different players with an event in the last 5 minutes.">
        <Num measure="active_players" value={data?.active_players} />
      </Figure>
      <Lag title="Until received" define="from an event to its receipt" measure="emit_lag" lag={data?.emit_lag} />
      <Lag
        title="Until visible"
        define="from receipt until it is counted"
        measure="visible_lag"
        lag={data?.visible_lag}
      />
      <Figure
        title="Clocks ahead"
        define="Share of the events of the last hour whose time was over a second after their receipt."
      >
        <Num measure="ahead_share" value={data?.ahead_share} kind="rate" />
      </Figure>
      <Figure title="Wrong keys" define="Requests answered 401 in the last 60 minutes, whoever sent them.">
        <Num measure="unauthorized" value={data?.unauthorized} />
      </Figure>
      <Figure title="Too fast" define="Requests answered 429 in the last 60 minutes, whoever sent them.">
        <Num measure="too_many_requests" value={data?.too_many_requests} />
      </Figure>
      <Figure title="Waiting" define="Events that are stored and not counted yet.">
        <Num measure="spooled" value={data?.spooled} />
      </Figure>
      <Figure title="Disk free" define="What is free on the server's disk.">
        <Num measure="disk_free_bytes" value={data?.disk_free_bytes} kind="bytes" />
      </Figure>
      <Figure title="Last event" define="When the newest event was received.">
        {data?.last_event_at ? <Moment at={data.last_event_at} /> : data ? "None yet" : "–"}
      </Figure>
    </div>
  );
}

interface FigureProps {
  readonly title: string;
  readonly define: string;
  readonly children: ComponentChildren;
}

function Figure({ title, define, children }: FigureProps) {
  return (
    <div class="card">
      <span>{title}</span>
      <Define word="" name={title} text={define} />
      <div>{children}</div>
    </div>
  );
}

interface LagProps {
  readonly title: string;
  readonly define: string;
  readonly measure: string;
  readonly lag: Found["emit_lag"] | undefined;
}

/** Two figures: what half of the events took at most, and what 19 of 20 did. */
function Lag({ title, define, measure, lag }: LagProps) {
  return (
    <>
      <Figure title={`${title}, median`} define={`Half of the events of the last hour took no longer ${define}.`}>
        <Num measure={`${measure}_p50`} value={lag?.p50} kind="mean" /> seconds
      </Figure>
      <Figure title={`${title}, 95 %`} define={`19 of 20 events of the last hour took no longer ${define}.`}>
        <Num measure={`${measure}_p95`} value={lag?.p95} kind="mean" /> seconds
      </Figure>
    </>
  );
}

function Filter({ type, onFilter }: { readonly type: string; readonly onFilter: (type: string) => void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onFilter(String(new FormData(event.currentTarget as HTMLFormElement).get("type") ?? "").trim());
  };
  return (
    <form class="find" onSubmit={submit}>
      <label>
        <span class="hidden">Type of event</span>
        <input name="type" data-find maxLength={128} placeholder="Type" value={type} />
      </label>
      <button type="submit">Filter</button>
    </form>
  );
}

const asText = (value: unknown) => JSON.stringify(value, null, 2);

const REFUSED: readonly Column<LiveRejection>[] = [
  { name: "reason", title: "Reason", cell: ({ reason }) => reason },
  {
    name: "count",
    title: "Events",
    number: true,
    cell: ({ count }) => <Num measure="rejected_events" value={count} />,
  },
  { name: "key", title: "Key", cell: ({ key }) => key },
  { name: "experience", title: "Experience", cell: ({ universe_id }) => nameOf("universe", universe_id) },
  { name: "last_seen", title: "Last", cell: ({ last_seen }) => <Moment at={last_seen} /> },
  { name: "hint", title: "What to do", cell: ({ hint }) => hint },
  {
    name: "sample",
    title: "Sample",
    cell: ({ sample }) => (
      <details>
        <summary>Show</summary>
        <pre>{asText(sample)}</pre>
      </details>
    ),
  },
];

type Numbered = Event & { readonly number: number };

/** Nothing tells two equal events apart but their place in the list. */
const numbered = (event: Event, number: number): Numbered => ({ ...event, number });
const idOf = ({ number }: Numbered) => String(number);

const SENT: readonly Column<Numbered>[] = [
  { name: "time", title: "Time", cell: ({ timestamp }) => <Moment at={timestamp} /> },
  { name: "type", title: "Type", cell: ({ type }) => <Long text={type} /> },
  { name: "asset", title: "Track", cell: ({ asset_id }) => asset_id ?? "" },
  { name: "player", title: "Player", cell: ({ player_id }) => player_id && <Long text={player_id} /> },
  { name: "experience", title: "Experience", cell: ({ universe_id }) => nameOf("universe", universe_id) },
  {
    name: "whole",
    title: "As sent",
    cell: ({ number: _, ...event }) => (
      <details>
        <summary>Show</summary>
        <pre>{asText(event)}</pre>
      </details>
    ),
  },
];
