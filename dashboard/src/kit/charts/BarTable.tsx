/** Names with a bar each: a table that shows at a glance which is how much. */
import type { ComponentChildren } from "preact";
import { Long } from "../Long.tsx";
import { Num } from "../Num.tsx";
import type { Kind } from "../numbers.ts";

export interface BarRow {
  readonly id: string;
  readonly name: string;
  readonly value: number;
  /** Filters by this row. */
  readonly onClick?: () => void;
  /** Beside the number. */
  readonly more?: ComponentChildren;
  /** Attributes of the row, such as data-asset. */
  readonly mark?: Record<string, string | undefined>;
}

interface BarTableProps {
  readonly caption: string;
  /** Titles of the names and of the numbers. */
  readonly titles: readonly [string, string];
  readonly measure: string;
  readonly kind?: Kind;
  readonly rows: readonly BarRow[];
}

export function BarTable({ caption, titles, measure, kind = "count", rows }: BarTableProps) {
  const largest = Math.max(...rows.map(({ value }) => value), 0) || 1;
  return (
    <table class="bars">
      <caption class="hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{titles[0]}</th>
          <th scope="col" class="number">
            {titles[1]}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, value, onClick, more, mark }) => (
          <tr key={id} {...mark}>
            <th scope="row">
              <span
                class="bar"
                aria-hidden="true"
                ref={(bar) => bar?.style.setProperty("width", `${(value / largest) * 100}%`)}
              />
              <Long
                text={name}
                around={(lines) =>
                  onClick ? (
                    <button type="button" class="name" title="Filter by this" onClick={onClick}>
                      {lines}
                    </button>
                  ) : (
                    <span class="name">{lines}</span>
                  )
                }
              />
            </th>
            <td class="number">
              <Num measure={measure} value={value} kind={kind} /> {more}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
