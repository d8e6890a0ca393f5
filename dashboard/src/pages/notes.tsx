/** The notes of a chart over time: its marks, and the dialog that adds one at a bucket. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Annotation, annotations } from "../api/desk.ts";
import type { Answer } from "../api/use-answers.ts";
import { isEditor, isMember } from "../frame/Desk.tsx";
import type { Bucket, Note } from "../kit/charts/Chart.tsx";
import { laterDialog } from "../kit/later-dialog.tsx";
import { notesAt, type Started } from "./series.ts";

const Noting = laterDialog(() => import("../kit/Noting.tsx"));

/** The question to put among those of the page; period and zone are those of the chart. Visitors are told no notes. */
export const notesOf = ({ from, to, zone }: Readonly<Record<string, string | undefined>>) =>
  isMember() ? annotations({ from, to, zone }) : null;

export interface Noted {
  /** What a chart is given. */
  readonly props: { readonly notes: readonly Note[]; readonly onNote?: (bucket: number) => void };
  /** What stands below it. */
  readonly dialog: ComponentChildren;
}

export function useNotes(
  answer: Answer<{ annotations: Annotation[] }>,
  series: readonly Started[],
  buckets: readonly Bucket[],
): Noted {
  const [at, setAt] = useState<number | null>(null);
  const notes = notesAt(series, answer.data?.annotations ?? []);
  const about = at === null ? undefined : { name: buckets[at]!.long, at: series[at]!.start };
  return {
    props: isEditor() ? { notes, onNote: setAt } : { notes },
    dialog: about && <Noting about={about} onClose={() => setAt(null)} onAdded={answer.retry} />,
  };
}
