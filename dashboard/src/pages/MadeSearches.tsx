/** What is searched, clicked or not, as far as a game tells it by events of its own; else how it would tell it. */

import type { Parameters } from "../api/client.ts";
import type { MadeSearches as Made, MadeSearch } from "../api/questions.ts";
import { searchesMade } from "../api/questions.ts";
import type { Answer } from "../api/use-answers.ts";
import { useAsked } from "../frame/use-asked.ts";
import { BarTable } from "../kit/charts/BarTable.tsx";
import { Define } from "../kit/Define.tsx";
import { Empty } from "../kit/Empty.tsx";
import { Long } from "../kit/Long.tsx";
import { Num } from "../kit/Num.tsx";
import { Panel } from "../kit/Panel.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { Snippets } from "./Snippets.tsx";
import { searchSnippets } from "./snippets.ts";

/** Rows of each of the two lists. */
export const LIMIT = 20;
const CLICKED =
  "Of the searches of players, those after which the player clicked a result within 10 minutes and before searching for the same again.";

interface MadeSearchesProps {
  readonly made: Answer<Made>;
  /** Those that found nothing. */
  readonly vain: Answer<Made>;
  readonly parameters: Parameters;
  readonly sought: string | undefined;
}

const share = (part: number, whole: number) => (whole ? part / whole : null);

const COLUMNS: readonly Column<MadeSearch>[] = [
  { name: "query", title: "Search", cell: ({ query }) => <Long text={query} /> },
  {
    name: "searches",
    title: "Times",
    number: true,
    cell: ({ searches }) => <Num measure="searches" value={searches} />,
  },
  {
    name: "clicked",
    title: <Define word="Click-through rate" text={CLICKED} />,
    number: true,
    cell: ({ clicked, attempts }) => <Num measure="click_through" value={share(clicked, attempts)} kind="rate" />,
  },
  {
    name: "without_results",
    title: "In vain",
    number: true,
    cell: ({ without_results }) => <Num measure="in_vain" value={without_results} />,
  },
];

export function MadeSearches({ made, vain, parameters, sought }: MadeSearchesProps) {
  const { asked } = useAsked();
  const isNarrowed = sought !== undefined || Object.keys(asked.filters).length > 0;
  const isThere = made.data !== undefined && made.data.total > 0;
  const nothing = isNarrowed ? <Empty what={sought ? `searches with “${sought}”` : "search events"} /> : <Setup />;
  const csv = { ...parameters, search: sought, limit: 1_000 };
  return (
    <>
      <Panel
        title="All searches"
        define="What was searched, clicked or not, as events of the type search tell it; spellings that differ only in case, width and white space are one."
        answer={made}
        csv={searchesMade(csv)}
        wide={!isThere}
        empty={({ total }) => total === 0 && nothing}
      >
        {({ totals, queries, total }) => (
          <>
            <p>
              <Num measure="all_searches" value={totals.searches} /> searches; of those of players,{" "}
              <Num measure="all_click_through" value={share(totals.clicked, totals.attempts)} kind="rate" /> were
              clicked.
            </p>
            <Table caption="All searches" columns={COLUMNS} rows={queries} id={({ query }) => query} />
            <Rest of={queries} total={total} />
          </>
        )}
      </Panel>
      {isThere && (
        <Panel
          title="Searched in vain"
          define="Searches that found nothing, as their results tell."
          answer={vain}
          csv={searchesMade({ ...csv, without_results: "true" })}
          empty={({ total }) =>
            total === 0 && <p>Nothing was searched in vain, as far as searches tell their results.</p>
          }
        >
          {({ queries, total }) => (
            <>
              <InVain of={made.data!} />
              <BarTable
                caption="Searched in vain"
                titles={["Search", "Times in vain"]}
                measure="vain"
                rows={queries.map(({ query, without_results, counted }) => ({
                  id: query,
                  name: query,
                  value: without_results,
                  more: (
                    <span class="muted beside">
                      of <Num measure="counted" value={counted} kind="whole" />
                    </span>
                  ),
                }))}
              />
              <Rest of={queries} total={total} />
            </>
          )}
        </Panel>
      )}
    </>
  );
}

function InVain({ of: { totals } }: { readonly of: Made }) {
  return (
    <p>
      <Num measure="all_in_vain" value={share(totals.without_results, totals.counted)} kind="rate" /> of the searches
      that tell how many results they had.
    </p>
  );
}

function Rest({ of: shown, total }: { readonly of: readonly MadeSearch[]; readonly total: number }) {
  if (total <= shown.length) return null;
  return (
    <p class="muted">
      The first <Num measure="list_last" value={shown.length} kind="whole" /> of{" "}
      <Num measure="list_total" value={total} kind="whole" />.
    </p>
  );
}

function Setup() {
  return (
    <div class="setup" data-state="setup">
      <p>
        No event of this period tells what was searched without a click. Where your game sends one for each search, this
        page shows which share of them is clicked, and what players search in vain.
      </p>
      <Snippets title="How to send an event for a search" all={searchSnippets(location.origin)} />
    </div>
  );
}
