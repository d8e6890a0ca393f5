/** Who is there, how often and for how long, and who of the new ones comes back. */

import type { Question } from "../api/client.ts";
import { type Audience as Answered, audience, cohorts, type Sessions, sessions } from "../api/questions.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { daysOf } from "../frame/asked.ts";
import { boot } from "../frame/boot.ts";
import { dayOf, daysBetween, isDay, longLabel, plusDays } from "../frame/calendar.ts";
import { useAsked } from "../frame/use-asked.ts";
import { Choice, chosen } from "../kit/Choice.tsx";
import { BarChart } from "../kit/charts/BarChart.tsx";
import { BarTable } from "../kit/charts/BarTable.tsx";
import type { Series } from "../kit/charts/Chart.tsx";
import { LineChart } from "../kit/charts/LineChart.tsx";
import { Empty } from "../kit/Empty.tsx";
import { Num } from "../kit/Num.tsx";
import type { Kind } from "../kit/numbers.ts";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { SeriesTable } from "../kit/SeriesTable.tsx";
import { CohortMap } from "./CohortMap.tsx";
import { notesOf, useNotes } from "./notes.tsx";
import { Preparing } from "./Preparing.tsx";
import { bucketsOf, type Started } from "./series.ts";

/** The longest period of an audience, in days. */
const MAX_DAYS = 400;
const BY = [
  ["week", "by week"],
  ["day", "on day 1, 7, 30"],
] as const;
const HEARD = [
  ["anything", "heard anything"],
  ["completed", "completed a track"],
] as const;
const days = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => [String(first + index), String(first + index)] as const);

interface DrawnDays<Day> {
  readonly name: string;
  readonly kind?: Kind;
  readonly bars?: boolean;
  readonly of: readonly (readonly [string, (day: Day) => number | null])[];
}

/** Charts of the days, by the title of their panel. */
const OF_PLAYERS = {
  "Active players": {
    name: "Active players by day",
    of: [
      ["Day", ({ dau }) => dau],
      ["7 days", ({ wau }) => wau],
      ["28 days", ({ mau }) => mau],
    ],
  },
  "New and returning": {
    name: "New and returning players by day",
    bars: true,
    of: [
      ["Returning", ({ returning }) => returning],
      ["New", (day) => day.new],
    ],
  },
  Stickiness: { name: "Stickiness by day", kind: "rate", of: [["Stickiness", ({ stickiness }) => stickiness]] },
} as const satisfies Record<string, DrawnDays<Answered["days"][number]>>;
const OF_SESSIONS = {
  Sessions: { name: "Sessions by day", bars: true, of: [["Sessions", (day) => day.sessions]] },
  "Length of a session": {
    name: "Median length of a session by day",
    kind: "length",
    of: [["Median", (day) => day.median_session_seconds]],
  },
} as const satisfies Record<string, DrawnDays<Sessions["days"][number]>>;

const DEFINITIONS: Record<keyof typeof OF_PLAYERS | keyof typeof OF_SESSIONS, string> = {
  "Active players":
    "Different players with any event on a day, in the 7 days, and in the 28 days that end with it. Events may arrive for 7 days, so the last week may still rise.",
  "New and returning": "Active players whose first event in the project ever is of this day, and all others.",
  Stickiness: "Active players of a day, as a share of those of the 28 days that end with it.",
  Sessions: "What a player sends without a pause of more than 30 minutes is a session. It counts on the day it begins.",
  "Length of a session": "From the first to the last event of a session; half of the sessions are longer.",
};

/** What stands in the place of who is new while that can't be told. */
const untold = ({ data, retry }: Answer<{ readonly preparing: number | null }>) =>
  typeof data?.preparing === "number" && <Preparing share={data.preparing} retry={retry} />;

export default function Audience() {
  const { parameters, period: asked, query, set, weekStart, zone } = useAsked();
  const whole = daysOf(asked, zone);
  const cutsDay = !isDay(asked.from) && dayOf(Number(asked.from) * 1000 - 1, zone) === whole.from;
  const isLong = daysBetween(whole.from, whole.to) > MAX_DAYS;
  const shown = isLong ? { ...whole, from: plusDays(whole.to, -MAX_DAYS) } : whole;
  const moderate = chosen(query.moderate, [["3", "3"], ...days(2, 27)]);
  const superOptions = days(Number(moderate) + 1, 28);
  const most = superOptions.find(([name]) => name === (query.super ?? "10"))?.[0] ?? superOptions[0]![0];
  const by = chosen(query.by, BY);
  const heard = chosen(query.heard, HEARD);
  const { from: _, ...untilOnly } = parameters;
  const period = { ...parameters, ...shown };
  const askingPlayers = audience({ ...period, moderate, super: most });
  const askingSessions = sessions(period);
  const askingCohorts = cohorts({ ...untilOnly, week_start: weekStart, by, heard });
  // Who came back is told of all weeks up to the end of the period: a link shows none before it.
  const isLinked = !boot.session;
  // What is below the fold would take from the server what the first screen needs.
  const answers = useAnswers(
    {
      players: askingPlayers,
      notes: notesOf(period),
      sessions: askingSessions,
      cohorts: isLinked ? null : askingCohorts,
    },
    undefined,
    ["sessions", "cohorts"],
  );
  const data = answers.players.data;
  const stays = answers.sessions.data;
  const buckets = data ? bucketsOf(data.days, "day", { period: shown, zone }) : [];
  const noted = useNotes(answers.notes, data?.days ?? [], buckets);
  function chart<Found extends { readonly days: readonly Started[] }>(
    title: keyof typeof DEFINITIONS,
    drawn: DrawnDays<Found["days"][number]>,
    answer: Answer<Found>,
    csv: Question<Found>,
    wide = false,
  ) {
    const Drawn = drawn.bars ? BarChart : LineChart;
    const series = (found: Found): Series[] =>
      drawn.of.map(([name, value], index) => ({ name, values: found.days.map(value), color: index + 1 }));
    return (
      <Panel
        title={title}
        define={DEFINITIONS[title]}
        answer={answer}
        csv={csv}
        wide={wide}
        empty={() =>
          data?.players === 0 ? <Empty what="players" /> : title === "New and returning" && untold(answers.players)
        }
        table={(found) => (
          <SeriesTable caption={title} buckets={buckets} series={series(found)} kind={drawn.kind ?? "count"} />
        )}
      >
        {(found) => (
          <Drawn
            name={drawn.name}
            buckets={buckets}
            series={series(found)}
            kind={drawn.kind ?? "count"}
            {...noted.props}
          />
        )}
      </Panel>
    );
  }
  const ofPlayers = (title: keyof typeof OF_PLAYERS, wide = false) =>
    chart(title, OF_PLAYERS[title], answers.players, askingPlayers, wide);
  const ofSessions = (title: keyof typeof OF_SESSIONS) =>
    chart(title, OF_SESSIONS[title], answers.sessions, askingSessions);
  return (
    <Page name="audience" title="Audience" ready={Boolean(data ?? answers.players.failure)}>
      {cutsDay && (
        <p class="notice">
          Players are counted by days: all of {longLabel(whole.from, "day")} is shown, from midnight on.
        </p>
      )}
      {isLong && <p class="notice">The last {MAX_DAYS} days of the period are shown.</p>}
      <Totals players={data} stays={stays} />
      <div class="panels">
        {ofPlayers("Active players", true)}
        {ofPlayers("New and returning")}
        {ofPlayers("Stickiness")}
        {ofSessions("Sessions")}
        {ofSessions("Length of a session")}
        <Panel
          title="Listening time"
          define="Players with a play, stop or skip in the period, by how long they listened in it."
          answer={answers.sessions}
          rows={({ listening }) => listening}
          empty={({ listening }) => listening.every(({ listeners }) => !listeners) && <Empty what="listeners" />}
        >
          {({ listening }) => (
            <BarTable
              caption="Listeners by listening time"
              titles={["Minutes", "Listeners"]}
              measure="listening"
              rows={listening.map(({ from_minutes, to_minutes, listeners }) => ({
                id: String(from_minutes),
                name: to_minutes === null ? `${from_minutes} and more` : `${from_minutes} to ${to_minutes}`,
                value: listeners,
                mark: { "data-minutes": String(from_minutes) },
              }))}
            />
          )}
        </Panel>
        <Panel
          title="Light, moderate and super listeners"
          define="The players of the last 28 days of the period, by on how many of them they were active."
          answer={answers.players}
          rows={({ segments }) => segments}
          empty={({ segments }) => segments.every(({ players }) => !players) && <Empty what="players" />}
          tools={
            <span class="choices">
              <Choice
                title="moderate from"
                value={moderate}
                options={days(2, 27)}
                onChoose={(to) => set({ moderate: to, super: Number(to) >= Number(most) ? undefined : most })}
              />
              <Choice title="super from" value={most} options={superOptions} onChoose={(to) => set({ super: to })} />
            </span>
          }
        >
          {({ segments }) => (
            <BarTable
              caption="Players by active days"
              titles={["Active days of 28", "Players"]}
              measure="segment"
              rows={segments.map(({ name, from_days, to_days, players }) => ({
                id: name,
                name: `${name}: ${from_days === to_days ? from_days : `${from_days} to ${to_days}`}`,
                value: players,
                mark: { "data-segment": name },
              }))}
            />
          )}
        </Panel>
        {!isLinked && (
          <Panel
            title="Who comes back"
            define="Players by when they were new, and the share of them who came back then. What is hatched may still rise, or is still to come. Up to the end of the period, whenever it begins."
            answer={answers.cohorts}
            csv={askingCohorts}
            wide
            height={320}
            empty={(found) =>
              untold(answers.cohorts) || (found.cohorts.every(({ size }) => !size) && <p>Nobody was new then.</p>)
            }
            tools={
              <span class="choices">
                <Choice title="Came back" value={by} options={BY} onChoose={(to) => set({ by: to })} />
                <Choice title="and" value={heard} options={HEARD} onChoose={(to) => set({ heard: to })} />
              </span>
            }
          >
            {(found) => <CohortMap found={found} unit={by} />}
          </Panel>
        )}
      </div>
      {noted.dialog}
    </Page>
  );
}

interface TotalsProps {
  readonly players: Answered | undefined;
  readonly stays: Sessions | undefined;
}

/** Its place is kept until they are known, so that nothing moves. */
function Totals({ players, stays }: TotalsProps) {
  return (
    <dl class="keys totals">
      <div>
        <dt>
          <Num measure="players" value={players?.players} />
        </dt>
        <dd>players in the period</dd>
      </div>
      <div>
        <dt>
          <Num measure="new" value={players?.new} />
        </dt>
        <dd>of them new</dd>
      </div>
      <div>
        <dt>
          <Num measure="returning" value={players?.returning} />
        </dt>
        <dd>were there before</dd>
      </div>
      <div>
        <dt>
          <Num measure="sessions" value={stays?.sessions} />
        </dt>
        <dd>sessions</dd>
      </div>
      <div>
        <dt>
          <Num measure="median_session_seconds" value={stays?.median_session_seconds} kind="length" />
        </dt>
        <dd>median length of a session</dd>
      </div>
      <div>
        <dt>
          <Num measure="share_without_player" value={stays?.share_without_player} kind="rate" />
        </dt>
        <dd>of the events carry no player_id and are left out</dd>
      </div>
    </dl>
  );
}
