/** What a period is compared with: the one before, or that of a year before; the server says which time that is. */
import type { Parameters } from "../api/client.ts";
import type { Tracks } from "../api/questions.ts";
import type { Asked, Span } from "../frame/asked.ts";
import { boot } from "../frame/boot.ts";

/** What an answer says of that. */
type Told = Pick<Tracks, "compared">;

/** Asks for the earlier period within an answer; for nothing where nothing is compared. */
export function comparing({ compare }: Asked): Parameters {
  return compare === "none" ? { previous: "false" } : { previous: "true", compare };
}

/** What is counted in the earlier period; of one of which nothing is over yet there is nothing to compare with. */
export function earlierOf<T>(answer: (Told & { readonly previous?: T }) | undefined): T | undefined {
  return answer && spanOf(answer) ? answer.previous : undefined;
}

/** Asks a list with what to compare it. A link tells of the period before only within other answers. */
export function listComparing({ compare }: Asked): Parameters {
  return compare === "year" || (compare === "previous" && boot.session) ? { compare } : {};
}

/** The period to compare a list with, as its answer says; null where nothing is compared, or nothing is over yet. */
export function spanOf({ compared }: Told): Span | null {
  return compared && compared.from !== compared.to ? { from: compared.from, to: compared.to } : null;
}
