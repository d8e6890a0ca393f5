/** Where each track of a search stands, where the search engine put it, and what clicks say. */
import type { SearchExplained } from "../api/questions.ts";
import { Num } from "../kit/Num.tsx";
import { type Column, Table } from "../kit/Table.tsx";

type Result = SearchExplained["results"][number];

interface ExplainedProps {
  readonly found: SearchExplained;
  /** The page of a track. */
  readonly link: (asset: string) => string | undefined;
}

export function Explained({ found, link }: ExplainedProps) {
  const columns: Column<Result>[] = [
    { name: "asset", title: "Asset", cell: ({ asset_id }) => <a href={link(asset_id)}>{asset_id}</a> },
    { name: "rank", title: "Ranked", number: true, cell: ({ rank }) => <Num measure="rank" value={rank} /> },
    {
      name: "base",
      title: "Came in at",
      number: true,
      cell: (row) => <Num measure="base_rank" value={row.base_rank} />,
    },
    {
      name: "clicks",
      title: "Clicks",
      number: true,
      cell: ({ evidence }) => <Num measure="clicks" value={evidence.clicks} kind="mean" />,
    },
    {
      name: "score",
      title: "Score, 1 being the average",
      number: true,
      cell: ({ score }) => <Num measure="score" value={score} kind="mean" />,
    },
    { name: "held", title: "Why no higher", cell: ({ evidence }) => evidence.held_because ?? "" },
  ];
  return (
    <>
      <p>
        <Num measure="clickers" value={found.clickers} kind="whole" /> clickers.{" "}
        {found.base_order_known
          ? "The search engine's own order is known."
          : "It was not ranked lately: what came in is taken from the mean ranks of the clicks."}
        {found.stepped_back && (
          <>
            {" "}
            The order that came in is kept, because it did better on{" "}
            <Num measure="later_clicks" value={found.stepped_back.clicks} /> later clicks.
          </>
        )}
      </p>
      {found.results.length === 0 ? (
        <p class="muted">Nobody clicked a result of this search.</p>
      ) : (
        <Table
          caption="Results of the search"
          columns={columns}
          rows={found.results}
          id={({ asset_id }) => asset_id}
          mark={({ asset_id }) => ({ "data-asset": asset_id })}
        />
      )}
    </>
  );
}
