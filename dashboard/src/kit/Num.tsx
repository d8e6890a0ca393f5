/** A number on a page, and how it moved. What a program reads stands unrounded beside what a person reads. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { change, changed, exact, type Kind, shown } from "./numbers.ts";

/** Whether the numbers are of a period that is not over: they are compared with as much of the earlier one. */
export const Unfinished = createContext(false);

interface NumProps {
  /** By which name a program finds it. */
  readonly measure: string;
  readonly value: number | null | undefined;
  readonly kind?: Kind;
}

export function Num({ measure, value, kind = "count" }: NumProps) {
  return (
    <span class="num" data-measure={measure} data-value={value ?? ""} title={exact(value, kind)}>
      {shown(value, kind)}
    </span>
  );
}

interface DeltaProps {
  /** Of what it is the change: plays are found as plays, and this as plays_change. */
  readonly measure: string;
  readonly now: number | null | undefined;
  readonly before: number | null | undefined;
  readonly kind?: Kind;
  /** Which way is better. */
  readonly better?: "up" | "down" | "none";
}

export function Delta({ measure, now, before, kind = "count", better = "up" }: DeltaProps) {
  const isUnfinished = useContext(Unfinished);
  const text = change(now, before, kind);
  const read = { "data-measure": `${measure}_change`, "data-value": changed(now, before, kind) ?? "" };
  if (text === null)
    return (
      <span class="delta muted" {...read}>
        –
      </span>
    );
  const rise = now! - before!;
  const way = rise === 0 ? "" : rise > 0 ? "▲" : "▼";
  // What has no past is neither better nor worse.
  const good =
    better === "none" || rise === 0 || text === "new" ? "" : rise > 0 === (better === "up") ? " good" : " bad";
  return (
    <span
      class={`delta${good}`}
      {...read}
      title={`${exact(before, kind)} before${isUnfinished ? ", up to the same time" : ""}`}
    >
      {text !== "new" && way && (
        <>
          <span aria-hidden="true">{way}</span>
          <span class="hidden">{rise > 0 ? "up" : "down"}</span>{" "}
        </>
      )}
      {text}
    </span>
  );
}
