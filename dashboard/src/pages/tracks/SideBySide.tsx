/** Up to five tracks in one chart, and what the period was for each in one table. */
import type { Question } from "../../api/client.ts";
import type { Overview, Tracks } from "../../api/questions.ts";
import type { Answer } from "../../api/use-answers.ts";
import type { Interval } from "../../frame/asked.ts";
import { Choice, chosen } from "../../kit/Choice.tsx";
import type { Series } from "../../kit/charts/Chart.tsx";
import { LineChart } from "../../kit/charts/LineChart.tsx";
import { MEASURES } from "../../kit/measures.ts";
import { Num } from "../../kit/Num.tsx";
import { Panel } from "../../kit/Panel.tsx";
import { SeriesTable } from "../../kit/SeriesTable.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import type { Noted } from "../notes.tsx";
import { bucketsOf, type Within } from "../series.ts";

/** As many as there are colours that everybody can tell apart beside each other. */
export const MOST = 5;
const DRAWN = ["plays", "listeners", "listened_seconds", "completion_rate", "skip_rate"] as const;
const OPTIONS = DRAWN.map((name) => [name, MEASURES[name].title] as const);

/** One of the tracks; no `data` until all of them have come. */
export interface Side {
  readonly asset: string;
  readonly title: string;
  readonly answer: Answer<Overview>;
}

interface SideBySideProps {
  readonly sides: readonly Side[];
  readonly interval: Interval;
  readonly within: Within;
  /** The rows of the table. */
  readonly csv: Question<Tracks>;
  readonly noted: Noted;
  /** Which measure the chart draws, as the address has it. */
  readonly draw: string | undefined;
  readonly onDraw: (name: string) => void;
  readonly onLeave: (assets: readonly string[]) => void;
}

export function SideBySide({ sides, interval, within, csv, noted, draw, onDraw, onLeave }: SideBySideProps) {
  const name = chosen(draw, OPTIONS);
  const { title, kind, define } = MEASURES[name];
  const drawn = (all: readonly Overview[]) => {
    const series: Series[] = all.map((each, index) => ({
      name: titled(sides, index),
      values: each.series.map((bucket) => bucket[name] ?? null),
      color: index + 1,
    }));
    const buckets = all[0]!.series;
    return {
      series,
      kind,
      buckets: bucketsOf(buckets, interval, within),
    };
  };
  return (
    <Panel
      title="Side by side"
      define={`The chosen tracks. Drawn: ${define}`}
      answer={together(sides)}
      csv={csv}
      wide
      height={320}
      table={(all) => <SeriesTable caption={title} {...drawn(all)} />}
      tools={
        <>
          <Choice title="Draw" value={name} options={OPTIONS} onChoose={onDraw} />
          <button type="button" class="quiet" onClick={() => onLeave([])}>
            Choose none
          </button>
        </>
      }
    >
      {(all) => (
        <>
          <LineChart name={`${title} by ${interval}`} {...drawn(all)} {...noted.props} />
          <Table
            caption="The chosen tracks"
            columns={columnsOf(sides, onLeave)}
            rows={all.map((each, index) => ({ totals: each.totals, index }))}
            id={({ index }) => sides[index]!.asset}
            mark={({ index }) => ({ "data-side": sides[index]!.asset })}
          />
        </>
      )}
    </Panel>
  );
}

interface Row {
  readonly totals: Overview["totals"];
  readonly index: number;
}

function columnsOf(sides: readonly Side[], onLeave: SideBySideProps["onLeave"]): Column<Row>[] {
  return [
    { name: "track", title: "Track", cell: ({ index }) => titled(sides, index) },
    ...DRAWN.map((name): Column<Row> => {
      const { title, kind } = MEASURES[name];
      return {
        name,
        title,
        number: true,
        cell: ({ totals }) => <Num measure={name} value={totals[name]} kind={kind} />,
      };
    }),
    {
      name: "leave",
      title: <span class="hidden">Leave out</span>,
      acts: true,
      cell: ({ index }) => (
        <button
          type="button"
          class="quiet"
          aria-label={`Leave out ${titled(sides, index)}`}
          onClick={() => onLeave(sides.filter((_, other) => other !== index).map(({ asset }) => asset))}
        >
          ✕
        </button>
      ),
    },
  ];
}

/** Two tracks of one title are told apart by their ids. */
function titled(sides: readonly Side[], index: number): string {
  const { asset, title } = sides[index]!;
  return sides.filter((each) => each.title === title).length > 1 ? `${title} (${asset})` : title;
}

/** One answer of those that a chart is made of: there when all are and fit together, failed when one is. */
function together(sides: readonly Side[]): Answer<readonly Overview[]> {
  const answers = sides.map(({ answer }) => answer);
  const failed = answers.find(({ failure }) => failure);
  const known = answers.flatMap(({ data }) => data ?? []);
  const fits = known.length === sides.length && known.every(({ series }) => series.length === known[0]!.series.length);
  return {
    stale: answers.some(({ stale }) => stale),
    retry: () => Promise.all(answers.map(({ failure, retry }) => failure && retry())),
    ...(failed?.failure && { failure: failed.failure }),
    ...(fits && { data: known }),
  };
}
