/** Filters in words, such as "Experience is 101, 102, 103 and 4 more; API key is not abc". */
import { FILTERS, type FilterName, type FilterParameter, type Filters, filterOf, leavesOut } from "./asked.ts";

/** How many values of a filter are told, and how many characters of each. */
const TOLD = 3;
const CHARACTERS = 20;

/** @param called what a value is called; else as it is. */
export function inWords(filters: Filters, called = (_: FilterName, value: string) => value): string {
  const given = Object.entries(filters) as [FilterParameter, readonly string[]][];
  return given.map(([name, values]) => clause(name, values, called)).join("; ");
}

function clause(
  name: FilterParameter,
  values: readonly string[],
  called: (name: FilterName, value: string) => string,
): string {
  const filter = filterOf(name);
  const some = values
    .slice(0, TOLD)
    .map((value) => called(filter, value))
    .map((text) => (text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text));
  const more = values.length > TOLD ? ` and ${values.length - TOLD} more` : "";
  return `${FILTERS[filter]} ${leavesOut(name) ? "is not" : "is"} ${some.join(", ")}${more}`;
}
