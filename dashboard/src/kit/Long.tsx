/**
 * A text that may be long, in a row that must not be tall: its first two lines. Where it goes on, all of it is behind a mark.
 * Who reads by ear is read all of it in its place.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Tip } from "./Tip.tsx";

interface LongProps {
  /** All of it. */
  readonly text: string;
  /** What is drawn of it, where parts of it are links or look otherwise. */
  readonly children?: ComponentChildren;
  /** What stands around the lines, such as a button. */
  readonly around?: (lines: ComponentChildren) => ComponentChildren;
}

/** Heights are rounded. */
const TOLERANCE_PX = 1;

export function Long({ text, children = text, around = (lines) => lines }: LongProps) {
  const lines = useRef<HTMLSpanElement>(null);
  const [isCut, setCut] = useState(false);
  useLayoutEffect(() => {
    const { current } = lines;
    const look = () => setCut(current!.scrollHeight > current!.clientHeight + TOLERANCE_PX);
    const sizes = new ResizeObserver(look);
    sizes.observe(current!);
    look();
    return () => sizes.disconnect();
  }, [text]);
  return (
    <span class="long">
      {around(
        <span ref={lines} class="lines">
          {children}
        </span>,
      )}
      {isCut && (
        <Tip name="The whole text" shown="▾">
          {text}
        </Tip>
      )}
    </span>
  );
}
