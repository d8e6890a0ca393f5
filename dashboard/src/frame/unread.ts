/** What there is to say of an address that can't be read in whole: no page shows other numbers than it says without a word. */
import { COMPARISONS, comparisonIn, DEFAULT, PERIODS, type PeriodName, passedOver, periodIn } from "./asked.ts";
import { inWords } from "./clauses.ts";

/** @param usual the period that is shown instead; null on pages without one. */
export function unreadIn(query: Readonly<Record<string, string>>, usual: PeriodName | null): string {
  const told: string[] = [];
  if (usual && periodIn(query) === null)
    told.push(`The period in the address can't be read. What is shown is: ${PERIODS[usual]}.`);
  if (usual && comparisonIn(query) === null)
    told.push(
      `The comparison in the address can't be read. What is shown is compared with: ${COMPARISONS[DEFAULT.compare]}.`,
    );
  const filters = inWords(passedOver(query));
  if (filters) told.push(`Some filters in the address can't be applied: ${filters}. What is shown is without them.`);
  return told.join(" ");
}
