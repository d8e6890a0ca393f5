import type { Clock } from "./clock.js";

/** What the SDK passes as the second argument of `transport`; a subset of `RequestInit`. */
export interface TransportRequest {
  method: "POST";
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
  redirect: "manual";
  credentials: "omit";
  keepalive: boolean;
}

/** What it reads of the answer; a subset of `Response`. */
export interface TransportResponse {
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** Sends one request: `fetch`, or a stand-in for it. */
export type Transport = (url: string, request: TransportRequest) => Promise<TransportResponse>;

/** An answer as far as the SDK needs it. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Parsed JSON, or undefined if the body is none. */
  readonly body: unknown;
}

/** How long a request, its answer's body included, may take, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 10_000;

/**
 * One request. Resolves to undefined when there is no answer that counts: refused, reset, timed out, aborted, or a
 * success cut short. Never rejects. Calls `send` before it returns, so it works while a page is being closed.
 */
export async function exchange(
  clock: Clock,
  abort: AbortController,
  send: () => Promise<TransportResponse>,
): Promise<Answer | undefined> {
  let cancel = (): void => {};
  // Raced as well as aborted: a transport may ignore its signal, and the batch must not hang with it.
  const ended = new Promise<undefined>((resolve) => {
    abort.signal.addEventListener("abort", () => resolve(undefined));
    cancel = clock.after(REQUEST_TIMEOUT_MS, () => abort.abort());
  });
  try {
    return await Promise.race([answered(send), ended]);
  } catch {
    return undefined;
  } finally {
    cancel();
  }
}

async function answered(send: () => Promise<TransportResponse>): Promise<Answer> {
  const response = await send();
  const { status } = response;
  const retryAfter = response.headers.get("retry-after");
  try {
    return { status, retryAfter, body: parse(await response.text()) };
  } catch (error) {
    // Only a success needs its body whole: what it rejected stands there. Any other status speaks for itself.
    if (status >= 200 && status < 300) throw error;
    return { status, retryAfter, body: undefined };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
