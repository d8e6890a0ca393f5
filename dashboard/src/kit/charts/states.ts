/** How much of a bucket a chart tells: all of it, or not. */

/**
 * What is not whole: "cut" is only partly in the period, "open" has not ended, "ahead" has not begun. Whole ones have no
 * state.
 */
export type State = "cut" | "open" | "ahead";

/** Said of a bucket. */
export const SAID: Record<State, string> = {
  cut: "only partly in the period",
  open: "may still rise",
  ahead: "has not begun",
};

interface Stated {
  readonly state?: State | undefined;
}

/** The values of a series, without zeros where there can't be anything yet. */
export function begun<Value>(values: readonly Value[], buckets: readonly Stated[], isOver = false): (Value | null)[] {
  return values.map((value, index) => (buckets[index]?.state === "ahead" && !isOver ? null : value));
}

/** @param isOver whether the series is of a time that is over, as that of a period before: it is cut where the other is. */
export function isWhole({ state }: Stated, isOver = false): boolean {
  return isOver ? state !== "cut" : state === undefined;
}

export interface Stroke {
  readonly first: number;
  readonly last: number;
  readonly dotted: boolean;
}

/** The strokes of a line: solid between whole buckets, and dotted to and from all others, so that it does not break. */
export function strokes(whole: readonly boolean[]): Stroke[] {
  const found: Stroke[] = [];
  for (let last = 1; last < whole.length; last++) {
    const dotted = !(whole[last - 1] && whole[last]);
    const before = found.at(-1);
    if (before?.dotted === dotted) found[found.length - 1] = { ...before, last };
    else found.push({ first: last - 1, last, dotted });
  }
  return found;
}
