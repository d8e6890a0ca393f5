/** What came of the clicks of a search: shares that are asked for after the searches, and stand beside them. */
import type { Outcome, Outcomes } from "../api/questions.ts";
import type { Answer } from "../api/use-answers.ts";
import { Num } from "../kit/Num.tsx";

/** Plays from which on early skips deserve a look, and of what share of them. */
const MANY_PLAYS = 20;
const MANY_SKIPS = 0.5;

export const PLAYED = "Then played";
export const SKIPPED = "Skipped early";

interface ShareProps {
  readonly answer: Answer<Outcomes>;
  readonly query: string;
}

/** Of the clicks of players, how many led to a play. */
export const ThenPlayed = (props: ShareProps) => (
  <Share {...props} measure="then_played" of={({ played, attempts }) => (attempts ? played / attempts : null)} />
);

/** Of those plays, how many were skipped early. */
export const SkippedEarly = (props: ShareProps) => <Share {...props} measure="skipped_early" of={skipRate} />;

/** Says so where most of those plays were. */
export function Short(props: ShareProps) {
  const one = found(props);
  if (!one || one.played < MANY_PLAYS || (skipRate(one) ?? 0) <= MANY_SKIPS) return null;
  return <span class="warning"> short: most players skip it in the first 30 seconds</span>;
}

const skipRate = ({ skipped_early, played }: Outcome) => (played ? skipped_early / played : null);

function found({ answer, query }: ShareProps): Outcome | undefined {
  return answer.stale ? undefined : answer.data?.queries.find((one) => one.query === query);
}

interface SharePropsOf extends ShareProps {
  readonly measure: string;
  readonly of: (found: Outcome) => number | null;
}

function Share({ measure, of, ...props }: SharePropsOf) {
  const one = found(props);
  if (one) return <Num measure={measure} value={of(one)} kind="rate" />;
  const { failure, stale } = props.answer;
  // A search that has come into the list since is not among the answers.
  if (failure || !stale) return <span title={failure?.message}>–</span>;
  return (
    <span class="muted" aria-busy="true">
      …
    </span>
  );
}
