/** What stands in the place of who is new as long as the server has yet to look through a long history for that. */
import { useEffect, useRef } from "preact/hooks";
import { isOver } from "../api/client.ts";
import type { Answer } from "../api/use-answers.ts";
import { Num } from "../kit/Num.tsx";

/** Milliseconds between two looks whether it is done; what it takes is some minutes. */
const LOOK_MS = 20_000;

interface PreparingProps {
  /** Of the history, what the server has looked through. */
  readonly share: number;
  readonly retry: Answer<unknown>["retry"];
}

export function Preparing({ share, retry }: PreparingProps) {
  const look = useRef(retry);
  look.current = retry;
  useEffect(() => {
    const timer = setInterval(() => document.hidden || isOver() || look.current(), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <p>
        When each player was here first is being worked out: <Num measure="preparing" value={share} kind="rate" /> of
        the events are read. Who is new is told in some minutes; the page looks by itself.
      </p>
      <button type="button" onClick={retry}>
        Look again
      </button>
    </>
  );
}
