/** Steps that fewer and fewer reach: each with its count, its share of a step before and of the first. */
import type { ComponentChildren } from "preact";
import { Num } from "../Num.tsx";

export interface Step {
  readonly name: string;
  readonly count: number;
  /** The step that it follows, which need not be the one above it: steps may be left out. */
  readonly before?: string;
  /** Shares of that step, and of the first; null where there is none. */
  readonly ofBefore: number | null;
  readonly ofFirst: number | null;
  /** Median seconds from that step. */
  readonly seconds: number | null;
  readonly more?: ComponentChildren;
}

export function FunnelChart({ steps }: { readonly steps: readonly Step[] }) {
  const most = steps[0]?.count || 1;
  return (
    <ol class="funnel">
      {steps.map(({ name, count, before, ofBefore, ofFirst, seconds, more }, index) => (
        <li key={name}>
          <span class="name">{name}</span>
          <span class="track" aria-hidden="true">
            <span class="bar" ref={(bar) => bar?.style.setProperty("width", `${(count / most) * 100}%`)} />
          </span>
          <span class="figures">
            <Num measure={`funnel-${index}`} value={count} />
            {index > 0 && (
              <span class="muted">
                <Num measure={`funnel-${index}-of-before`} value={ofBefore} kind="rate" /> of “{before}”,{" "}
                <Num measure={`funnel-${index}-of-first`} value={ofFirst} kind="rate" /> of all
                {seconds !== null && (
                  <>
                    , after <Num measure={`funnel-${index}-seconds`} value={seconds} kind="length" /> (median)
                  </>
                )}
              </span>
            )}
            {more}
          </span>
        </li>
      ))}
    </ol>
  );
}
