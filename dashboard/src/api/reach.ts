/** Whether the server can be reached, and asking it again when it could not. */

const FIRST_MS = 2_000;
const MOST_MS = 30_000;

/** Whether a status says that the server is away for now, or what is in front of it does: 0 where nothing answered. */
export const isAway = (status: number) => [0, 502, 503, 504].includes(status);

/**
 * Ask again and again, until what this returns is called: after a pause that grows, and at once when the browser says that
 * it is online again or the tab is seen again. A hidden tab asks nothing.
 */
export function keepAsking(ask: () => Promise<unknown>): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  let pause = FIRST_MS;
  let isAsking = false;
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    timer = setTimeout(look, pause);
    pause = Math.min(2 * pause, MOST_MS);
  };
  const look = async () => {
    if (document.hidden || isAsking) return;
    clearTimeout(timer);
    isAsking = true;
    await ask();
    isAsking = false;
    if (!signal.aborted) wait();
  };
  const begin = () => {
    pause = FIRST_MS;
    void look();
  };
  addEventListener("online", begin, { signal });
  document.addEventListener("visibilitychange", begin, { signal });
  wait();
  return () => {
    clearTimeout(timer);
    stopped.abort();
  };
}

/** Have something done when the server is back that is away at this moment; where it is not, nothing is done. */
export function whenBack(act: () => void): () => void {
  let wasAway = false;
  const look = async () => {
    const status = await fetch("/healthz", { cache: "no-store" }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (isAway(status)) {
      wasAway = true;
      return;
    }
    stop();
    if (wasAway) act();
  };
  const stop = keepAsking(look);
  void look();
  return stop;
}

let reached = true;
const listeners = new Set<(reached: boolean) => void>();

/** Have something done when the server can be reached no more, and when it can again; returns what ends that. */
export function onReach(listener: (reached: boolean) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What a call has shown. */
export function noteReach(now: boolean): void {
  if (now === reached) return;
  reached = now;
  for (const listener of listeners) listener(now);
}
