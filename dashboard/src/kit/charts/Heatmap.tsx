/** Numbers of rows and columns as shades of one colour, in a table, so that it reads as one. */

import type { Kind } from "../numbers.ts";
import { shown } from "../numbers.ts";

interface HeatmapProps {
  readonly caption: string;
  readonly measure: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row and column; null is hatched: not known yet. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly kind?: Kind;
  /** Whether the numbers stand in the cells; else they are read aloud and in the tooltip only. */
  readonly inked?: boolean;
}

export function Heatmap({ caption, measure, rows, columns, values, kind = "count", inked }: HeatmapProps) {
  const largest = Math.max(...values.flat().map((value) => value ?? 0), 0) || 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table class={inked ? "heat inked" : "heat"}>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map((column, index) => {
                const value = values[line]?.[index] ?? null;
                const shade = value === null ? 0 : value / largest;
                const text = shown(value, kind);
                return (
                  <td
                    key={column}
                    class={value === null ? "unknown" : shade > 0.55 ? "strong" : undefined}
                    data-measure={measure}
                    data-value={value ?? ""}
                    title={`${row} ${column}: ${text}`}
                    ref={(cell) => cell?.style.setProperty("--shade", `${Math.round(shade * 100)}%`)}
                  >
                    <span class={inked ? undefined : "hidden"}>{text}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
