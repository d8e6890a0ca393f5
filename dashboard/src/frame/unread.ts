/** What there is to say of an address that can't be read in whole: no page shows other numbers than it says without a word. */
import {
  COMPARISONS,
  comparisonIn,
  DEFAULT,
  FILTERS,
  type FilterParameter,
  filterOf,
  leavesOut,
  PERIODS,
  type PeriodName,
  passedOver,
  periodIn,
} from "./asked.ts";

/** How many values are told, and how many characters of each. */
const TOLD = 3;
const CHARACTERS = 20;

/** @param usual the period that is shown instead; null on pages without one. */
export function unreadIn(query: Readonly<Record<string, string>>, usual: PeriodName | null): string {
  const told: string[] = [];
  if (usual && periodIn(query) === null)
    told.push(`The period in the address can't be read. What is shown is: ${PERIODS[usual]}.`);
  if (usual && comparisonIn(query) === null)
    told.push(
      `The comparison in the address can't be read. What is shown is compared with: ${COMPARISONS[DEFAULT.compare]}.`,
    );
  const filters = Object.entries(passedOver(query)) as [FilterParameter, readonly string[]][];
  if (filters.length)
    told.push(
      `Some filters in the address can't be applied: ${filters.map(clause).join("; ")}. What is shown is without them.`,
    );
  return told.join(" ");
}

function clause([name, values]: readonly [FilterParameter, readonly string[]]): string {
  const some = values
    .slice(0, TOLD)
    .map((value) => (value.length > CHARACTERS ? `${value.slice(0, CHARACTERS)}…` : value));
  const more = values.length > TOLD ? ` and ${values.length - TOLD} more` : "";
  return `${FILTERS[filterOf(name)]} ${leavesOut(name) ? "is not" : "is"} ${some.join(", ")}${more}`;
}
