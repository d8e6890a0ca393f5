/** A table. The server sorts; a header only says by what. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useCut } from "./cut.ts";

export interface Column<Row> {
  readonly name: string;
  readonly title: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
  /** Whether it is a number, which stands to the right. */
  readonly number?: boolean;
  readonly sortable?: boolean;
  /** Whether it holds what can be done with a row: it stays in sight at the right edge. */
  readonly acts?: boolean;
}

interface TableProps<Row> {
  /** What the table is about, for who can't see it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly id: (row: Row) => string;
  readonly sort?: string;
  readonly order?: "asc" | "desc";
  readonly onSort?: (name: string) => void;
  /** Attributes of a row, such as data-asset. */
  readonly mark?: (row: Row) => Record<string, string | undefined>;
}

export function Table<Row>({ caption, columns, rows, id, sort, order = "desc", onSort, mark }: TableProps<Row>) {
  const scroll = useRef<HTMLElement>(null);
  const cut = useCut(scroll);
  const classOf = ({ number, acts }: Column<Row>, place: number) =>
    acts ? "acts" : number ? (cut.columns.includes(place) ? "number cut" : "number") : undefined;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section ref={scroll} class={cut.goesOn ? "scroll goes-on" : "scroll"} tabIndex={0} aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, place) => {
              const { name, title, sortable } = column;
              const arrow = sort === name && <span aria-hidden="true">{order === "desc" ? " ↓" : " ↑"}</span>;
              return (
                <th
                  key={name}
                  scope="col"
                  class={classOf(column, place)}
                  aria-sort={sort === name ? (order === "desc" ? "descending" : "ascending") : undefined}
                >
                  {sortable && onSort ? (
                    <button type="button" class="sort" onClick={() => onSort(name)}>
                      {title}
                      {arrow}
                    </button>
                  ) : (
                    <>
                      {title}
                      {arrow}
                    </>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} {...mark?.(row)}>
              {columns.map((column, place) =>
                place ? (
                  <td key={column.name} class={classOf(column, place)}>
                    {column.cell(row)}
                  </td>
                ) : (
                  <th key={column.name} scope="row">
                    {column.cell(row)}
                  </th>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
