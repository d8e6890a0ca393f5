/** Time as the SDK sees it; tests put their own in its place. */
export interface Clock {
  /** Wall clock, Unix seconds with fractions. For timestamps only: it may jump. */
  wall(): number;
  /** Milliseconds from an arbitrary start, never going back. */
  monotonic(): number;
  /**
   * Calls `callback` after `milliseconds`; the returned function cancels that. `hold`: somebody awaits the outcome, so a Node
   * process should stay alive for it. Without it a timer never keeps a process running.
   */
  after(milliseconds: number, callback: () => void, hold?: boolean): () => void;
}

/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  wall: () => Date.now() / 1000,
  monotonic: () => performance.now(),
  after(milliseconds, callback, hold = false) {
    const timer = setTimeout(callback, Math.min(milliseconds, MAX_TIMER_MS));
    // Node's timers are objects and hold the process; a browser's are numbers.
    if (!hold && typeof timer === "object") (timer as { unref(): void }).unref();
    return () => clearTimeout(timer);
  },
};
