/** What a period is compared with: the one before, which every overview tells, or that of a year before. */
import type { Question } from "../api/client.ts";
import { type Bucket, type Measures, type Overview, overview } from "../api/questions.ts";
import { before, type Span, yearBefore } from "../frame/asked.ts";
import { boot } from "../frame/boot.ts";
import type { useAsked } from "../frame/use-asked.ts";

export interface Compared {
  readonly totals: Measures;
  readonly series: readonly Bucket[];
}

/** The question that is needed beside the overview itself; null where none is. */
export function comparison(
  { asked, period, parameters, weekStart }: ReturnType<typeof useAsked>,
  interval: string,
): Question<Overview> | null {
  return asked.compare === "year"
    ? overview({ ...parameters, ...yearBefore(period), interval, week_start: weekStart })
    : null;
}

/** What to compare with, as far as it is known. */
export function compared(compare: string, now: Overview, yearAgo: Overview | undefined): Compared | undefined {
  return compare === "year" ? yearAgo : compare === "previous" ? periodBefore(now) : undefined;
}

function periodBefore({ previous, previous_series }: Overview): Compared | undefined {
  return previous && { totals: previous, series: previous_series ?? [] };
}

/** The period to compare with; null where nothing is compared. A link tells of the one before only within other answers. */
export function spanBefore({ asked, period }: ReturnType<typeof useAsked>): Span | null {
  if (asked.compare === "year") return yearBefore(period);
  return asked.compare === "previous" && boot.session ? before(period) : null;
}
