/** Numbers of rows and columns as shades of one colour, in a table, so that it reads as one. */

import { useRef } from "preact/hooks";
import { useCut } from "../cut.ts";
import { Num } from "../Num.tsx";
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
  /** Which cells may still change: they are hatched, too. */
  readonly open?: readonly (readonly boolean[])[];
  /** A number of each row that stands before the cells and is no shade. */
  readonly lead?: { readonly title: string; readonly measure: string; readonly values: readonly number[] };
  /** Whether the numbers stand in the cells; else they are read aloud and in the tooltip only. */
  readonly inked?: boolean;
}

export function Heatmap(props: HeatmapProps) {
  const { caption, measure, rows, columns, values, kind = "count", open, lead, inked } = props;
  const largest = Math.max(...values.flat().map((value) => value ?? 0), 0) || 1;
  const scroll = useRef<HTMLElement>(null);
  const cut = useCut(scroll);
  // Beside the names of the rows, and what leads them.
  const before = lead ? 2 : 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section ref={scroll} class={cut.goesOn ? "scroll goes-on" : "scroll"} tabIndex={0} aria-label={caption}>
      <table class={inked ? "heat inked" : "heat"}>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            <td />
            {lead && <th scope="col">{lead.title}</th>}
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
              {lead && (
                <td class={cut.columns.includes(1) ? "lead cut" : "lead"}>
                  <Num measure={lead.measure} value={lead.values[line]} />
                </td>
              )}
              {columns.map((column, index) => {
                const value = values[line]?.[index] ?? null;
                const shade = value === null ? 0 : value / largest;
                const text = shown(value, kind);
                const isOpen = value === null || open?.[line]?.[index];
                return (
                  <td
                    key={column}
                    class={isOpen ? "unknown" : shade > 0.55 ? "strong" : undefined}
                    data-measure={measure}
                    data-value={value ?? ""}
                    title={`${row} ${column}: ${text}${isOpen && value !== null ? ", may still rise" : ""}`}
                    ref={(cell) => cell?.style.setProperty("--shade", `${Math.round(shade * 100)}%`)}
                  >
                    <span class={!inked ? "hidden" : cut.columns.includes(before + index) ? "cut" : undefined}>
                      {text}
                    </span>
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
