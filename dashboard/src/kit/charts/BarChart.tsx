/** Bars over buckets; several series stand on each other, and those that undo them hang below. */
import { Chart, type ChartProps, colorOf } from "./Chart.tsx";

export function BarChart(props: ChartProps) {
  const { series, buckets } = props;
  const largest = (isBelow: boolean) => {
    const side = series.filter(({ below }) => Boolean(below) === isBelow);
    return Math.max(0, ...buckets.map((_, index) => side.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)));
  };
  return (
    <Chart {...props} most={largest(false)} least={-largest(true)}>
      {(plane, read) =>
        buckets.map(({ long, state }, bucket) => {
          let [up, down] = [0, 0];
          const width = Math.max(1, Math.min(plane.step - 1, plane.step * 0.8));
          return (
            <g key={long} opacity={state ? 0.5 : read === null || read === bucket ? 1 : 0.7}>
              {series.map(({ name, values, color, below }) => {
                const value = values[bucket] ?? 0;
                const [from, to] = below ? [plane.y(down - value), plane.y(down)] : [plane.y(up), plane.y(up + value)];
                if (below) down -= value;
                else up += value;
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
