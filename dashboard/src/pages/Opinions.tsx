/** What players did beside listening, and how that moved. */
import type { Measures } from "../api/questions.ts";
import { MEASURES } from "../kit/measures.ts";
import { Delta, Num } from "../kit/Num.tsx";
import { type Column, Table } from "../kit/Table.tsx";

const NAMES = ["up_votes", "down_votes", "favorites", "unfavorites", "queue_adds", "search_clicks"] as const;
type Name = (typeof NAMES)[number];

interface OpinionsProps {
  readonly totals: Measures;
  readonly before: Measures | undefined;
}

export function Opinions({ totals, before }: OpinionsProps) {
  const columns: Column<Name>[] = [
    { name: "what", title: "What", cell: (name) => MEASURES[name].title },
    { name: "count", title: "Count", number: true, cell: (name) => <Num measure={name} value={totals[name]} /> },
  ];
  if (before)
    columns.push({
      name: "change",
      title: "Change",
      number: true,
      cell: (name) => <Delta measure={name} now={totals[name]} before={before[name]} better={MEASURES[name].better} />,
    });
  return <Table caption="Opinions" columns={columns} rows={NAMES} id={(name) => name} />;
}
