/** How a page talks to the server: questions by GET, changes by POST and the like. */
import { boot, type Session } from "../frame/boot.ts";
import { parsed } from "./parsed.ts";
import { isAway, noteReach } from "./reach.ts";

export const API = "/analytics/v1/";

/** Why something was not answered. */
export class Failure extends Error {
  /** The status of the answer; 0 where there was none. */
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

const OFFLINE = "The server can't be reached.";
const UNREADABLE = "The answer broke off, or something between here and the server changed it.";

/** Why a page can't be asked any more: its session has ended, or shows another project by now. */
export type Ending = "signed out" | "other project";
const ENDINGS: Readonly<Record<number, Ending>> = { 401: "signed out", 412: "other project" };
const listeners = new Set<(ending: Ending) => void>();

/** Have something done when the server says so; returns what ends that. */
export function onEnding(listener: (ending: Ending) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let over = false;

/** Whether the session has ended, so that there is nothing to ask until somebody signs in. */
export const isOver = () => over;

function notice(status: number): void {
  const ending = ENDINGS[status];
  if (ending === "signed out" && boot.session) over = true;
  // Signing in itself is refused by 401 too.
  if (ending && boot.session) for (const listener of listeners) listener(ending);
}

/** A list is the parameter several times. */
export type Parameters = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** One question to the read API, and what its answer is like. */
export interface Question<T> {
  /** Below /analytics/v1/. */
  readonly path: string;
  readonly parameters: Parameters;
  /** Never there: the type of the answer. */
  readonly answer?: T;
}

export function question<T>(path: string, parameters: Parameters = {}): Question<T> {
  return { path, parameters };
}

/** Path and query of a question. */
export function address({ path, parameters }: Question<unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) for (const one of value) query.append(name, one);
    else if (value !== undefined) query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** One part of a batch. */
export interface Part {
  readonly status: number;
  readonly body: unknown;
}

interface Rider {
  readonly at: string;
  readonly signal: AbortSignal;
  readonly take: (part: Part) => void;
  readonly fail: (error: unknown) => void;
}

/** Who waits for a call, and the timer after which each asks by itself. */
const riders = new Map<Rider, ReturnType<typeof setTimeout>>();
/** Milliseconds in which a page makes a call, if it makes one. */
const ALONG_MS = 1_000;

/** Ask with the next call that the page makes, so that it costs none of its own; by itself where none is made soon. */
export function askAlong(at: string, signal: AbortSignal): Promise<Part> {
  return new Promise((take, fail) => {
    const rider = { at, signal, take, fail };
    signal.addEventListener("abort", () => leave(rider));
    board(rider);
  });
}

function board(rider: Rider): void {
  const alone = () => {
    leave(rider);
    askAll([rider.at], rider.signal).then(([part]) => rider.take(part!), rider.fail);
  };
  riders.set(rider, setTimeout(alone, ALONG_MS));
}

function leave(rider: Rider): void {
  clearTimeout(riders.get(rider));
  riders.delete(rider);
}

/** Ask some questions with one call. Each has its own answer or failure. */
export async function askAll(addresses: readonly string[], signal: AbortSignal): Promise<Part[]> {
  signal.throwIfAborted();
  const along = [...riders.keys()];
  along.forEach(leave);
  // The call that follows one that the page gives up is made before the latter has failed.
  const change = () => {
    for (const rider of along) if (!rider.signal.aborted) board(rider);
  };
  signal.addEventListener("abort", change);
  try {
    const parts = await askTogether([...addresses, ...along.map(({ at }) => at)], signal);
    if (!signal.aborted)
      along.forEach(({ take }, index) => {
        take(parts[addresses.length + index]!);
      });
    return parts.slice(0, addresses.length);
  } catch (error) {
    if (!signal.aborted) for (const rider of along) rider.fail(error);
    throw error;
  } finally {
    signal.removeEventListener("abort", change);
  }
}

async function askTogether(addresses: readonly string[], signal: AbortSignal): Promise<Part[]> {
  if (addresses.length === 1) {
    try {
      return [{ status: 200, body: await call(API + addresses[0], { signal }) }];
    } catch (error) {
      if (error instanceof Failure && error.status) return [{ status: error.status, body: { error: error.message } }];
      throw error;
    }
  }
  const query = new URLSearchParams(addresses.map((each) => ["ask", each]));
  const { answers } = (await call(`${API}batch?${query}`, { signal })) as { answers: Part[] };
  for (const { status } of answers) notice(status);
  return answers;
}

/** Change something; what the server answers, or null where it answers nothing. */
export function change<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T> {
  return send(path, method, "application/json", JSON.stringify(body ?? {})) as Promise<T>;
}

/** Send a file as it is. */
export function upload<T>(path: string, contentType: string, body: Blob): Promise<T> {
  return send(path, "POST", contentType, body) as Promise<T>;
}

/** Save the rows of an answer as a CSV file. */
export async function saveCsv(asked: Question<unknown>): Promise<void> {
  const answer = await fetched(API + address(asked), { headers: { accept: "text/csv" } });
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "audioscape.csv";
  saveFile(await answer.blob(), name);
}

/** Have the browser save a file. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function send(path: string, method: string, contentType: string, body: BodyInit): Promise<unknown> {
  const once = () => {
    const headers = { "content-type": contentType, "x-csrf-token": boot.session?.csrf_token ?? "" };
    return call(path, { method, body, headers });
  };
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof Failure && error.status === 403 && (await isRenewed()))) throw error;
    return once();
  }
}

/**
 * Whether the person of this page has begun another session, such as by signing in again in another tab; it is this
 * page's from now on.
 */
async function isRenewed(): Promise<boolean> {
  if (!boot.session) return false;
  const session = (await call("/session", {})) as Session;
  if (session.csrf_token === boot.session.csrf_token) return false;
  if (session.email !== boot.session.email)
    throw new Failure(403, `In this browser ${session.email} is signed in by now: load this page anew.`);
  Object.assign(boot, { session });
  return true;
}

let link = "";

/** Ask from now on as whoever has this link. */
export function openBy(token: string): void {
  link = token;
}

/** As whom a page asks: by a link, or in a session, for the project that the page was made for. */
function asWhom(): Record<string, string> {
  if (link) return { "x-share-token": link };
  return boot.session ? { "x-project": boot.session.project } : {};
}

/** What the link shows by which everything is asked. */
export function shared<T>(): Promise<T> {
  return call("/shared", {}) as Promise<T>;
}

async function call(path: string, init: RequestInit): Promise<unknown> {
  const answer = await fetched(path, init);
  if (answer.status === 204) return null;
  try {
    return parsed(await answer.text());
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Failure(0, UNREADABLE);
  }
}

async function fetched(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, headers: { ...init.headers, ...asWhom() } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    noteReach(false);
    throw new Failure(0, OFFLINE);
  }
  noteReach(!isAway(answer.status));
  if (answer.ok) {
    over = false;
    return answer;
  }
  notice(answer.status);
  throw new Failure(answer.status, await textOf(answer));
}

async function textOf(answer: Response): Promise<string> {
  try {
    const { error } = (await answer.json()) as { error?: unknown };
    if (typeof error === "string") return error;
  } catch {
    // No JSON: a proxy in front said it.
  }
  return `The server answered ${answer.status}.`;
}
