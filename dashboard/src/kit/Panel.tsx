/**
 * A part of a page with its own answer: it waits, fails and is asked again alone.
 *
 * Its place has its final height from the start, so nothing below moves when the answer comes.
 */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { type Failure, type Question, saveCsv } from "../api/client.ts";
import type { Answer } from "../api/use-answers.ts";
import { Define } from "./Define.tsx";
import { useSay } from "./say.tsx";

interface PanelProps<T> {
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly define?: string;
  readonly answer: Answer<T>;
  /** Draws the answer. */
  readonly children: (data: T) => ComponentChildren;
  /** The same as a table, where `children` draws a chart. */
  readonly table?: (data: T) => ComponentChildren;
  /** Whose rows can be saved as CSV. */
  readonly csv?: Question<unknown> | undefined;
  /** The rows to save as CSV that no question has as its own: those of the answer that are listed. */
  readonly rows?: (data: T) => readonly object[];
  /** Says whether there is nothing to draw, and what then. */
  readonly empty?: (data: T) => ComponentChildren | false | null;
  /** Least height of its inside, in pixels. */
  readonly height?: number;
  /** How wide it is: a half or the whole of the page. */
  readonly wide?: boolean;
  /** Beside the title. */
  readonly tools?: ComponentChildren;
}

export function Panel<T>(props: PanelProps<T>) {
  const { title, define, answer, table, csv, rows, height = 240, wide, tools } = props;
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const say = useSay();
  const listed = answer.data === undefined ? undefined : rows?.(answer.data);
  const save = async () => {
    try {
      if (csv) await saveCsv(csv);
      else (await import("../api/spreadsheet.ts")).saveRows(title, listed!);
    } catch (error) {
      say((error as Error).message);
    }
  };
  return (
    <section class={wide ? "panel wide" : "panel"} aria-labelledby={id}>
      <header>
        <h2 id={id}>{define ? <Define word={title} text={define} /> : title}</h2>
        {tools}
        <span class="tools">
          {table && (
            <button type="button" class="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              Table
            </button>
          )}
          {Boolean(csv ?? listed?.length) && (
            <button type="button" class="quiet" onClick={save} aria-label={`Save ${title} as CSV`}>
              CSV
            </button>
          )}
        </span>
      </header>
      <div
        class={answer.stale && answer.data !== undefined ? "inside stale" : "inside"}
        ref={(element) => element?.style.setProperty("min-height", `${height}px`)}
        aria-busy={answer.stale && !answer.failure}
      >
        <Inside {...props} asTable={asTable} />
      </div>
    </section>
  );
}

/** What is wrong with the question itself stays so. */
const isWorthAsking = ({ status }: Failure) => status < 400 || status === 429 || status >= 500;

function Inside<T>({ answer, children, table, empty, asTable }: PanelProps<T> & { readonly asTable: boolean }) {
  const { data, failure, retry } = answer;
  if (failure)
    return (
      <div class="state" role="alert">
        <p>{failure.message}</p>
        {isWorthAsking(failure) && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
      </div>
    );
  if (data === undefined) return <div class="skeleton" aria-hidden="true" />;
  const nothing = empty?.(data);
  if (nothing) return <div class="state">{nothing}</div>;
  return <>{asTable && table ? table(data) : children(data)}</>;
}
