import { read } from "./sanitize.js";
import type { Answer } from "./transport.js";

/** Why events were lost. There are no others. */
export type DropReason =
  | "before_send"
  | "queue_full"
  | "too_large"
  | "unauthorized"
  | "refused"
  | "shutdown"
  | "closed";

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

/** `size`: events in the batch. */
export function judge({ status, body, said }: Answer, size: number): Verdict {
  if (status >= 200 && status < 300) return { kind: "settled", rejections: named(read(body, "errors"), size) };
  const list = read(body, "details");
  if (status === 400 && Array.isArray(list) && list.length) {
    const details = named(list, size);
    // Every event was refused, also one that no detail names.
    const rejections = new Map(Array.from({ length: size }, (_, index) => [index, details.get(index) ?? said]));
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
