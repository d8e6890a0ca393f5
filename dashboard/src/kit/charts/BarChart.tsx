/** Bars over buckets; several series stand on each other. */
import { Chart, type ChartProps, colorOf } from "./Chart.tsx";

export function BarChart(props: ChartProps) {
  const { series, buckets, openFrom = Number.POSITIVE_INFINITY } = props;
  const sums = buckets.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  return (
    <Chart {...props} most={Math.max(0, ...sums)}>
      {(plane, read) =>
        buckets.map(({ long }, bucket) => {
          let below = 0;
          const width = Math.max(1, Math.min(plane.step - 1, plane.step * 0.8));
          return (
            <g key={long} opacity={bucket >= openFrom ? 0.5 : read === null || read === bucket ? 1 : 0.7}>
              {series.map(({ name, values, color }) => {
                const value = values[bucket] ?? 0;
                const [from, to] = [plane.y(below), plane.y(below + value)];
                below += value;
                return (
                  <rect
                    key={name}
                    x={plane.x(bucket) - width / 2}
                    width={width}
                    y={to}
                    height={Math.max(0, from - to)}
                    fill={colorOf(color)}
                  />
                );
              })}
            </g>
          );
        })
      }
    </Chart>
  );
}
