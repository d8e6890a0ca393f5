/** What a period is compared with: the one before, or that of a year before; the server says which time that is. */
import type { Parameters } from "../api/client.ts";
import type { Bucket, Measures, Overview, Tracks } from "../api/questions.ts";
import type { Asked, Span } from "../frame/asked.ts";
import { boot } from "../frame/boot.ts";

export interface Compared {
  readonly totals: Measures;
  readonly series: readonly Bucket[];
}

/** Asks for the earlier period within an answer; for nothing where nothing is compared. */
export function comparing({ compare }: Asked): Parameters {
  return compare === "none" ? { previous: "false" } : { previous: "true", compare };
}

/** What to compare with, if anything is compared. */
export function compared({ previous, previous_series }: Overview): Compared | undefined {
  return previous && { totals: previous, series: previous_series ?? [] };
}

/** Asks a list with what to compare it. A link tells of the period before only within other answers. */
export function listComparing({ compare }: Asked): Parameters {
  return compare === "year" || (compare === "previous" && boot.session) ? { compare } : {};
}

/** The period to compare a list with, as its answer says; null where nothing is compared. */
export function spanOf({ compared }: Pick<Tracks, "compared">): Span | null {
  return compared ? { from: compared.from, to: compared.to } : null;
}
