/** A line without axes, beside a number that says the same. */
import { line } from "d3-shape";

const WIDTH = 120;
const HEIGHT = 28;

export function Spark({ values }: { readonly values: readonly (number | null)[] }) {
  const largest = Math.max(...values.map((value) => value ?? 0), 0) || 1;
  const step = (WIDTH - 4) / Math.max(1, values.length - 1);
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => 2 + index * step)
    .y((value) => HEIGHT - 2 - (value! / largest) * (HEIGHT - 4))([...values]);
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path ?? ""} />
    </svg>
  );
}
