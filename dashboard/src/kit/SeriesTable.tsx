/** What a chart draws, as a table. */
import type { Bucket, Series } from "./charts/Chart.tsx";
import { type Kind, shown } from "./numbers.ts";
import { Table } from "./Table.tsx";

interface SeriesTableProps {
  readonly caption: string;
  readonly buckets: readonly Bucket[];
  readonly series: readonly Series[];
  readonly kind?: Kind;
}

export function SeriesTable({ caption, buckets, series, kind = "count" }: SeriesTableProps) {
  const rows = buckets.map(({ long }, index) => ({ long, index }));
  const columns = [
    { name: "bucket", title: "Time", cell: (row: (typeof rows)[number]) => row.long },
    ...series.map(({ name, values }) => ({
      name,
      title: name,
      number: true,
      cell: ({ index }: (typeof rows)[number]) => shown(values[index], kind),
    })),
  ];
  return <Table caption={caption} columns={columns} rows={rows} id={(row) => String(row.index)} />;
}
