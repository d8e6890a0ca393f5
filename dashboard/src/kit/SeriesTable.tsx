/** What a chart draws, as a table. */
import { type Bucket, type Series, withBegun } from "./charts/Chart.tsx";
import { Num } from "./Num.tsx";
import type { Kind } from "./numbers.ts";
import { Table } from "./Table.tsx";

interface SeriesTableProps {
  readonly caption: string;
  /** What the buckets are. */
  readonly over?: string;
  readonly buckets: readonly Bucket[];
  readonly series: readonly Series[];
  readonly kind?: Kind;
}

/** A series as programs call it: "Period before" is period-before. */
const measureOf = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-");

export function SeriesTable(props: SeriesTableProps) {
  const { caption, over = "Time", buckets, series, kind = "count" } = withBegun(props);
  const rows = buckets.map(({ long }, index) => ({ long, index }));
  const columns = [
    { name: "bucket", title: over, cell: (row: (typeof rows)[number]) => row.long },
    ...series.map(({ name, values }) => ({
      name,
      title: name,
      number: true,
      cell: ({ index }: (typeof rows)[number]) => <Num measure={measureOf(name)} value={values[index]} kind={kind} />,
    })),
  ];
  return <Table caption={caption} columns={columns} rows={rows} id={(row) => String(row.index)} />;
}
