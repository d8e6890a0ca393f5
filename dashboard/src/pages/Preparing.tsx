/** What stands in the place of who is new as long as the server has yet to look through a long history for that. */
import type { Answer } from "../api/use-answers.ts";
import { Num } from "../kit/Num.tsx";

interface PreparingProps {
  /** Of the history, what the server has looked through. */
  readonly share: number;
  readonly retry: Answer<unknown>["retry"];
}

export function Preparing({ share, retry }: PreparingProps) {
  return (
    <>
      <p>
        When each player was here first is being worked out: <Num measure="preparing" value={share} kind="rate" /> of
        the events are read. Who is new is told in some minutes.
      </p>
      <button type="button" onClick={retry}>
        Look again
      </button>
    </>
  );
}
