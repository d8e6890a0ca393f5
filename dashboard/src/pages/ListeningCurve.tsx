/** How many still listen at each second of a track, and where they skip and stop. */
import type { TrackDetail } from "../api/questions.ts";
import { BarChart } from "../kit/charts/BarChart.tsx";
import { LineChart } from "../kit/charts/LineChart.tsx";
import { shown } from "../kit/numbers.ts";

/** Points that a chart has room for. */
const MOST = 360;
/** Fewer listens make no curve. */
const ENOUGH = 30;
const MARKS = [3, 10, 30];

export function ListeningCurve({ found: { listening, length } }: { readonly found: TrackDetail }) {
  const all = listening[0]?.listening ?? 0;
  if (all < ENOUGH)
    return (
      <div class="state">
        <p>
          {all} listens ended in this period; a curve needs {ENOUGH}.
        </p>
      </div>
    );
  const step = Math.max(1, Math.ceil(listening.length / MOST));
  const points = listening.filter((_, index) => index % step === 0);
  const label = (second: number) => shown(second, "length");
  const buckets = points.map(({ second }) => ({ short: label(second), long: `At ${label(second)}` }));
  const sums = (name: "stops" | "skips") =>
    points.map((_, index) =>
      listening.slice(index * step, (index + 1) * step).reduce((sum, each) => sum + each[name], 0),
    );
  const at = (second: number) => listening.find((each) => each.second === second)?.listening ?? 0;
  return (
    <>
      <p>
        {all.toLocaleString()} listens.{" "}
        {MARKS.filter((second) => second < listening.length).map((second) => (
          <span key={second} data-measure={`listening-${second}`} data-value={at(second) / all}>
            {shown(at(second) / all, "rate")} still there after {second} s.{" "}
          </span>
        ))}
        {length !== null && `The track is ${label(length)} long.`}
      </p>
      <LineChart
        name="Share still listening"
        buckets={buckets}
        kind="rate"
        series={[{ name: "Still listening", values: points.map((each) => each.listening / all), color: 1 }]}
      />
      <BarChart
        name="Where skips and stops are"
        buckets={buckets}
        height={120}
        series={[
          { name: "Skips", values: sums("skips"), color: 2 },
          { name: "Stops", values: sums("stops"), color: 3 },
        ]}
      />
    </>
  );
}
