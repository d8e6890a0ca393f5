/** Lines over buckets: dotted where these are not whole, and without a point where they have not begun. */
import { area, line } from "d3-shape";
import {
  type Band,
  type Bucket,
  Chart,
  type ChartProps,
  colorOf,
  type Plane,
  type Series,
  withBegun,
} from "./Chart.tsx";
import { isWhole, strokes } from "./states.ts";

export function LineChart(props: ChartProps) {
  const { buckets, series, band } = withBegun(props);
  return (
    <Chart {...props}>
      {(plane, read) => (
        <>
          {band && <Between {...band} plane={plane} />}
          {series.map((each) => (
            <Line key={each.name} {...each} plane={plane} buckets={buckets} />
          ))}
          {read !== null &&
            series.map(({ name, values, color }) => {
              const value = values[read];
              return value === null || value === undefined ? null : (
                <circle key={name} cx={plane.x(read)} cy={plane.y(value)} r="4" fill={colorOf(color)} />
              );
            })}
        </>
      )}
    </Chart>
  );
}

function Between({ low, high, plane }: Band & { readonly plane: Plane }) {
  const path = area<number | null>()
    .defined((value, index) => value !== null && low[index] !== null)
    .x((_, index) => plane.x(index))
    .y0((_, index) => plane.y(low[index]!))
    .y1((value) => plane.y(value!))([...high]);
  return <path class="band" d={path ?? ""} />;
}

function Line({
  values,
  color,
  dashed,
  over,
  plane,
  buckets,
}: Series & { readonly plane: Plane; readonly buckets: readonly Bucket[] }) {
  const path = (first: number, last: number) =>
    line<number | null>()
      .defined((value, index) => value !== null && first <= index && index <= last)
      .x((_, index) => plane.x(index))
      .y((value) => plane.y(value!))([...values]) ?? "";
  const alone =
    values.filter((value) => value !== null).length === 1 ? values.findIndex((value) => value !== null) : -1;
  return (
    <g class="line" stroke={colorOf(color)}>
      {strokes(buckets.map((bucket) => isWhole(bucket, over))).map(({ first, last, dotted }) => (
        <path key={first} d={path(first, last)} stroke-dasharray={dotted ? "1 5" : dashed ? "6 4" : undefined} />
      ))}
      {alone >= 0 && <circle cx={plane.x(alone)} cy={plane.y(values[alone]!)} r="3" fill={colorOf(color)} />}
    </g>
  );
}
