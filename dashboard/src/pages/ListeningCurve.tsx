/** How many still listen at each second of a track, how that is with similar tracks, and where they skip and stop. */
import type { TrackDetail, Typical } from "../api/questions.ts";
import { BarChart } from "../kit/charts/BarChart.tsx";
import type { Band } from "../kit/charts/Chart.tsx";
import { LineChart } from "../kit/charts/LineChart.tsx";
import { Num } from "../kit/Num.tsx";
import { shown } from "../kit/numbers.ts";
import { type Column, Table } from "../kit/Table.tsx";

/** Points that a chart has room for. */
const MOST = 360;
/** Fewer listens make no curve. */
const ENOUGH = 30;
/** Of fewer tracks nobody can say what is usual. */
const ENOUGH_TRACKS = 10;
const MARKS = [3, 10, 30];

type Second = TrackDetail["listening"][number];

const label = (second: number) => shown(second, "length");

/** The seconds that are drawn, each with the ends up to the next one. */
function pointsOf(listening: readonly Second[]) {
  const step = Math.max(1, Math.ceil(listening.length / MOST));
  const points = listening
    .filter((_, index) => index % step === 0)
    .map((point, index) => {
      const part = listening.slice(index * step, (index + 1) * step);
      const sum = (name: "stops" | "skips") => part.reduce((total, each) => total + each[name], 0);
      return { ...point, stops: sum("stops"), skips: sum("skips") };
    });
  return { step, points };
}

/** The same as a table. */
export function CurveTable({ found: { listening } }: { readonly found: TrackDetail }) {
  const all = listening[0]?.listening ?? 0;
  const columns: Column<Second>[] = [
    { name: "second", title: "At", cell: ({ second }) => label(second) },
    {
      name: "listening",
      title: "Still listening",
      number: true,
      cell: (point) => <Num measure="listening" value={point.listening / all} kind="rate" />,
    },
    { name: "skips", title: "Skips", number: true, cell: ({ skips }) => <Num measure="skips" value={skips} /> },
    { name: "stops", title: "Stops", number: true, cell: ({ stops }) => <Num measure="stops" value={stops} /> },
  ];
  return (
    <Table
      caption="How long it is listened to"
      columns={columns}
      rows={pointsOf(listening).points}
      id={({ second }) => String(second)}
    />
  );
}

interface ListeningCurveProps {
  readonly found: TrackDetail;
  /** Not there yet, or not to be told to who looks. */
  readonly typical: Typical | undefined;
}

export function ListeningCurve({ found: { listening, length, totals }, typical }: ListeningCurveProps) {
  const all = listening[0]?.listening ?? 0;
  if (all < ENOUGH)
    return (
      <div class="state">
        <p>
          <Num measure="listens" value={all} /> listens ended in this period; a curve needs {ENOUGH}.
        </p>
      </div>
    );
  const { step, points } = pointsOf(listening);
  const buckets = points.map(({ second }) => ({ short: label(second), long: `At ${label(second)}` }));
  const share = (second: number) => (listening[second]?.listening ?? 0) / all;
  const usual = typical && typical.tracks >= ENOUGH_TRACKS ? typical : undefined;
  const band: Band | undefined = usual && {
    name: "Similar tracks",
    low: points.map(({ second }) => usual.listening[second]?.low ?? null),
    high: points.map(({ second }) => usual.listening[second]?.high ?? null),
  };
  const marks = MARKS.filter((second) => second < listening.length);
  return (
    <>
      <p>
        <Num measure="listens" value={all} /> listens.{" "}
        {marks.map((second) => (
          <span key={second}>
            <Num measure={`listening-${second}`} value={share(second)} kind="rate" /> still there after {second} s.{" "}
          </span>
        ))}
        {length !== null && (
          <>
            The track is <Num measure="length" value={length} kind="length" /> long.
          </>
        )}
      </p>
      <LineChart
        name="Share still listening"
        buckets={buckets}
        kind="rate"
        series={[{ name: "Still listening", values: points.map((each) => each.listening / all), color: 1 }]}
        notes={marks.map((second) => {
          const at = Math.round(second / step);
          return { first: at, last: at, text: `${second} seconds` };
        })}
        {...(band && { band })}
      />
      {usual && <Usual of={usual} marks={marks} />}
      <WithoutEnd plays={totals.plays} ends={all} share={share} marks={marks} />
      <BarChart
        name="Where skips and stops are"
        buckets={buckets}
        height={120}
        series={[
          { name: "Skips", values: points.map(({ skips }) => skips), color: 2 },
          { name: "Stops", values: points.map(({ stops }) => stops), color: 3 },
        ]}
      />
    </>
  );
}

function Usual({ of: { tracks, is_sample, listening }, marks }: { of: Typical; marks: readonly number[] }) {
  return (
    <p class="muted">
      The middle half of <Num measure="similar-tracks" value={tracks} /> tracks of a similar length
      {is_sample && ", a sample,"} keeps{" "}
      {marks.map((second, index) => (
        <span key={second}>
          {index > 0 && ", "}
          <Num measure={`similar-low-${second}`} value={listening[second]?.low} kind="rate" /> to{" "}
          <Num measure={`similar-high-${second}`} value={listening[second]?.high} kind="rate" /> after {second} s
        </span>
      ))}
      .
    </p>
  );
}

interface WithoutEndProps {
  readonly plays: number;
  readonly ends: number;
  readonly share: (second: number) => number;
  readonly marks: readonly number[];
}

/** What plays of which no end is known leave open: all of them may have ended at once, or none before the track did. */
function WithoutEnd({ plays, ends, share, marks }: WithoutEndProps) {
  const open = plays - ends;
  const last = marks.at(-1);
  if (open <= 0 || last === undefined) return null;
  const still = share(last) * ends;
  return (
    <p class="muted">
      Of <Num measure="plays-without-end" value={open} /> more plays no end is known. With them, between{" "}
      <Num measure="least-listening" value={still / plays} kind="rate" /> and{" "}
      <Num measure="most-listening" value={(still + open) / plays} kind="rate" /> were still there after {last} s.
    </p>
  );
}
