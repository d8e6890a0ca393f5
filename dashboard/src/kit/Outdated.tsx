/** Says of which moment numbers are that could not be asked for anew: they stand, dimmed, until they can. */
import type { Answer } from "../api/use-answers.ts";
import { Moment } from "./Moment.tsx";

export function Outdated({ answer: { data, answeredAt, failure } }: { readonly answer: Answer<unknown> }) {
  if (!failure || data === undefined) return null;
  return (
    <p class="notice" role="status">
      {failure.message} These numbers are of <Moment at={answeredAt! / 1000} />.
    </p>
  );
}
