import type { Answer } from "./transport.js";

/** Why events were lost. There are no others. */
export type DropReason = "queue_full" | "too_large" | "unauthorized" | "refused" | "shutdown" | "closed";

/**
 * What an answer means for its batch.
 * - `settled`: stored, except the events in `rejections` (index → message).
 * - `dropped`: refused for good.
 * - `split`: too large; cut it in two.
 * - `failed`: no answer that counts; keep the batch and come back later.
 */
export type Verdict =
  | { kind: "settled"; rejections: ReadonlyMap<number, string> }
  | { kind: "dropped"; reason: DropReason }
  | { kind: "split" }
  | { kind: "failed" };

/** `answer` is undefined when there was none: refused, reset, timed out, cut short. `size`: events in the batch. */
export function judge(answer: Answer | undefined, size: number): Verdict {
  const status = answer?.status ?? 0;
  // Whatever the body is, asking it for a member is harmless: JSON holds no getters.
  const body = (answer?.body ?? {}) as { errors?: unknown; details?: unknown };
  if (status >= 200 && status < 300) return { kind: "settled", rejections: named(body.errors, size) };
  if (status === 400 && Array.isArray(body.details) && body.details.length) {
    const details = named(body.details, size);
    // Every event was refused, also one that no detail names.
    const rejections = new Map(Array.from({ length: size }, (_, index) => [index, details.get(index) ?? "rejected"]));
    return { kind: "settled", rejections };
  }
  if (status === 401 || status === 403) return { kind: "dropped", reason: "unauthorized" };
  if (status === 413) return size > 1 ? { kind: "split" } : { kind: "dropped", reason: "too_large" };
  if (status >= 400 && status < 500 && status !== 429) return { kind: "dropped", reason: "refused" };
  // 429, 5xx, redirects (never followed: the key must not travel), and no answer at all.
  return { kind: "failed" };
}

/** What a list says as `events[i]: message`: each event once, indexes outside the batch ignored. */
function named(list: unknown, size: number): Map<number, string> {
  const messages = new Map<number, string>();
  for (const entry of Array.isArray(list) ? list : []) {
    const [, digits, message] = /^events\[(\d+)\]: ?(.*)/s.exec(entry) ?? [];
    const index = Number(digits);
    if (index < size && !messages.has(index)) messages.set(index, message!);
  }
  return messages;
}
