/** A line without axes, beside a number that says the same; drawn as far as it has come, and dotted where it is not whole. */
import { line } from "d3-shape";
import type { Bucket } from "./Chart.tsx";
import { begun, isWhole, strokes } from "./states.ts";

const WIDTH = 120;
const HEIGHT = 28;

interface SparkProps {
  readonly values: readonly (number | null)[];
  /** Of the values. */
  readonly buckets: readonly Bucket[];
}

export function Spark({ values, buckets }: SparkProps) {
  const drawn = begun(values, buckets);
  const largest = Math.max(...drawn.map((value) => value ?? 0), 0) || 1;
  const step = (WIDTH - 4) / Math.max(1, values.length - 1);
  const path = (first: number, last: number) =>
    line<number | null>()
      .defined((value, index) => value !== null && first <= index && index <= last)
      .x((_, index) => 2 + index * step)
      .y((value) => HEIGHT - 2 - (value! / largest) * (HEIGHT - 4))(drawn) ?? "";
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {strokes(buckets.map((bucket) => isWhole(bucket))).map(({ first, last, dotted }) => (
        <path key={first} d={path(first, last)} stroke-dasharray={dotted ? "1 2" : undefined} />
      ))}
    </svg>
  );
}
