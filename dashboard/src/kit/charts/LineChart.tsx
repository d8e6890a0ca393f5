/** Lines over buckets, of which the last may be incomplete: they are dotted. */
import { area, line } from "d3-shape";
import { type Band, Chart, type ChartProps, colorOf, type Plane, type Series } from "./Chart.tsx";

export function LineChart(props: ChartProps) {
  const { series, band, openFrom = Number.POSITIVE_INFINITY } = props;
  return (
    <Chart {...props}>
      {(plane, read) => (
        <>
          {band && <Between {...band} plane={plane} />}
          {series.map((each) => (
            <Line key={each.name} {...each} plane={plane} openFrom={openFrom} />
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
  plane,
  openFrom,
}: Series & { readonly plane: Plane; readonly openFrom: number }) {
  const path = (first: number, last: number) =>
    line<number | null>()
      .defined((value, index) => value !== null && first <= index && index <= last)
      .x((_, index) => plane.x(index))
      .y((value) => plane.y(value!))([...values]) ?? "";
  const last = values.length - 1;
  const alone =
    values.filter((value) => value !== null).length === 1 ? values.findIndex((value) => value !== null) : -1;
  return (
    <g class="line" stroke={colorOf(color)}>
      <path d={path(0, Math.min(openFrom - 1, last))} stroke-dasharray={dashed ? "6 4" : undefined} />
      {/* From the last whole bucket on, so that the line does not break. */}
      {openFrom <= last && <path d={path(openFrom - 1, last)} stroke-dasharray="1 5" />}
      {alone >= 0 && <circle cx={plane.x(alone)} cy={plane.y(values[alone]!)} r="3" fill={colorOf(color)} />}
    </g>
  );
}
