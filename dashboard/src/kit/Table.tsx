/** A table. The server sorts; a header only says by what. */
import type { ComponentChildren } from "preact";

export interface Column<Row> {
  readonly name: string;
  readonly title: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
  /** Whether it is a number, which stands to the right. */
  readonly number?: boolean;
  readonly sortable?: boolean;
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
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, title, number, sortable }) => (
              <th
                key={name}
                scope="col"
                class={number ? "number" : undefined}
                aria-sort={sort === name ? (order === "desc" ? "descending" : "ascending") : undefined}
              >
                {sortable && onSort ? (
                  <button type="button" class="sort" onClick={() => onSort(name)}>
                    {title}
                    <span aria-hidden="true">{sort === name ? (order === "desc" ? " ↓" : " ↑") : ""}</span>
                  </button>
                ) : (
                  title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} {...mark?.(row)}>
              {columns.map(({ name, cell, number }, index) =>
                index ? (
                  <td key={name} class={number ? "number" : undefined}>
                    {cell(row)}
                  </td>
                ) : (
                  <th key={name} scope="row">
                    {cell(row)}
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
