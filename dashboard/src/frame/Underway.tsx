/** Has changes of numbers say so where the period is not over: they are up to the same time of the earlier one. */
import type { ComponentChildren } from "preact";
import { Unfinished } from "../kit/Num.tsx";
import { isOver } from "./asked.ts";
import { useAsked } from "./use-asked.ts";

export function Underway({ children }: { readonly children: ComponentChildren }) {
  const { period, zone } = useAsked();
  return <Unfinished.Provider value={!isOver(period, Date.now(), zone)}>{children}</Unfinished.Provider>;
}
