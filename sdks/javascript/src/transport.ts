import type { Clock } from "./clock.js";
import { read } from "./sanitize.js";

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

/** What came back, as far as the SDK needs it. */
export interface Answer {
  /** 0: no answer that counts, or a redirect as pages see it. */
  readonly status: number;
  readonly retryAfter?: string | null;
  /** Parsed JSON, or undefined if the body is none. */
  readonly body?: unknown;
  /** In words: the text of the answer's `error`, else its body as it is, else why there is none. */
  readonly said: string;
}

/** In place of the network, for a dry run. */
export const nowhere: Transport = async () => ({ status: 202, headers: { get: () => null }, text: async () => "" });

/** How long a request, its answer's body included, may take, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 10_000;

/**
 * One request. An answer that does not count has the status 0: refused, reset, timed out, aborted, or a success cut short.
 * Never rejects. Calls `send` before it returns, so it works while a page is being closed.
 */
export async function exchange(
  clock: Clock,
  abort: AbortController,
  send: () => Promise<TransportResponse>,
): Promise<Answer> {
  let cancel = (): void => {};
  // Raced as well as aborted: a transport may ignore its signal, and the batch must not hang with it.
  const ended = new Promise<Answer>((resolve) => {
    abort.signal.addEventListener("abort", () => resolve({ status: 0, said: "given up" }));
    cancel = clock.after(REQUEST_TIMEOUT_MS, () => {
      resolve({ status: 0, said: `none within ${REQUEST_TIMEOUT_MS / 1000} s` });
      abort.abort();
    });
  });
  try {
    return await Promise.race([answered(send), ended]);
  } catch (error) {
    // Node's fetch says what happened in the cause.
    const cause = read(error, "cause");
    return { status: 0, said: firstText(read(cause, "message"), read(cause, "code"), read(error, "message")) };
  } finally {
    cancel();
  }
}

async function answered(send: () => Promise<TransportResponse>): Promise<Answer> {
  const response = await send();
  const { status } = response;
  const retryAfter = response.headers.get("retry-after");
  try {
    const text = await response.text();
    const body = parse(text);
    // A page sees a redirect as a 0.
    if (status < 200 || (status >= 300 && status < 400)) {
      return { status, retryAfter, said: "a redirect, which is not followed" };
    }
    return { status, retryAfter, body, said: firstText(read(body, "error"), read(body, "message"), text) };
  } catch (error) {
    // Only a success needs its body whole: what it rejected stands there. Any other status speaks for itself.
    if (status >= 200 && status < 300) throw error;
    return { status, retryAfter, said: "" };
  }
}

function firstText(...candidates: unknown[]): string {
  return (candidates.find((each) => typeof each === "string" && each) ?? "") as string;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
