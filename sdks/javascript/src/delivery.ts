import { type Batch, halve, plainPayload } from "./batch.js";
import type { Clock } from "./clock.js";
import type { Ledger } from "./ledger.js";
import type { Log } from "./log.js";
import { EXAMPLE, type Settings } from "./options.js";
import type { Platform } from "./platform.js";
import type { EventQueue } from "./queue.js";
import { parseRetryAfter, retryDelay, spreadRetryAfter } from "./retry-policy.js";
import { type Answer, exchange, type Transport } from "./transport.js";
import { judge } from "./verdict.js";

/** Bodies up to this size, in bytes, are not worth compressing. */
const GZIP_ABOVE_BYTES = 1024;
/** Failures in a row after which the end of a process is no longer delayed. */
const LAST_ATTEMPTS = 3;

/** What a client is made of; `client.ts` wires it. */
export interface Parts {
  readonly queue: EventQueue;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly clock: Clock;
  readonly rng: () => number;
  readonly transport: Transport;
  readonly platform: Platform;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  settings: Settings;
}

/**
 * When batches go out, and what their answers lead to.
 *
 * Invariants
 * - One *run* at a time, one request at a time within it; only the closing of a page puts several on the wire.
 * - A batch is on the wire at most once at any moment (`batch.outcome` is set exactly then).
 * - After a failure, until `retryAt`, neither the timer nor the early rule sends; until `heldUntil` (`Retry-After`) not
 *   even `flush` does; `drain` and `shutDown` ask neither.
 * - Nothing here throws or rejects.
 */
export class Delivery {
  readonly #parts: Parts;
  readonly #onSettled: () => void;
  #failures = 0;
  /** End of the wait after a failure, on the monotonic clock; 0 when there is none. */
  #retryAt = 0;
  /** Until when the server asked us to stay away. */
  #heldUntil = 0;
  #cancelTimer: (() => void) | undefined;
  #lastRun: Promise<void> = Promise.resolve();
  #runs = 0;
  #closed = false;

  /** `onSettled` is called whenever events got an outcome. */
  constructor(parts: Parts, onSettled: () => void) {
    this.#parts = parts;
    this.#onSettled = onSettled;
  }

  /** To be called after events were queued: arms the timer, and sends full batches early. */
  arrange(): void {
    const { queue, settings } = this.#parts;
    if (this.#closed || !queue.size) return;
    if (!this.#cancelTimer) this.#arm(settings.batchInterval);
    const early = (): boolean => !this.#retryAt && queue.freshSize >= this.#parts.settings.maxBatchSize;
    if (!this.#runs && queue.size * 2 >= settings.maxQueueSize && early()) void this.#run(early, 1);
  }

  /** Sends what is queued now. Resolves to whether all of it got its outcome in time. */
  async flush(timeoutMs: number): Promise<boolean> {
    const { clock, queue } = this.#parts;
    const { end } = queue;
    const held = (): boolean => clock.monotonic() < this.#heldUntil;
    if (!held()) {
      const run = this.#run(() => queue.oldest < end && !held(), 1);
      await this.#within(timeoutMs, run);
    }
    return queue.oldest >= end;
  }

  /** As `flush`, but without regard to waits, and it gives up after three failures in a row. */
  async drain(timeoutMs: number): Promise<boolean> {
    const { queue } = this.#parts;
    const { end } = queue;
    await this.#within(
      timeoutMs,
      this.#run(() => queue.oldest < end, LAST_ATTEMPTS),
    );
    return queue.oldest >= end;
  }

  /** The last drain. */
  async shutDown(timeoutMs: number): Promise<void> {
    this.#closed = true;
    this.#disarm();
    await this.drain(timeoutMs);
    this.giveUp();
  }

  /** What is left is lost: requests on the wire are ended, and answers that come later change nothing. */
  giveUp(): void {
    const { ledger, log, queue } = this.#parts;
    const lost = queue.clear();
    if (lost.length) log.warn("shutdown", `${count(lost)} dropped (shutdown): they could not be sent before the end`);
    ledger.drop(lost, "shutdown");
    this.#onSettled();
  }

  /**
   * Puts on the wire, before it returns, what may outlive the page. The rest stays queued. `leaving`: the page may never come
   * back, so a server that asked us to wait is not heeded either.
   */
  hide(leaving: boolean): void {
    const { clock, queue, platform, settings } = this.#parts;
    const budget = platform.keepalive;
    if (!budget || (!leaving && clock.monotonic() < this.#heldUntil)) return;
    for (const batch of queue.onWire) {
      // Still being compressed, which a page that closes does not wait for.
      if (!batch.payload) this.#send(batch);
    }
    const next = (): Batch | undefined => queue.next(settings.maxBatchSize, budget.free);
    for (let batch = next(); batch; batch = next()) this.#send(batch);
  }

  /** Sends batch after batch while `more` says so, until `attempts` failures in a row. Runs follow one another. */
  #run(more: () => boolean, attempts: number): Promise<void> {
    const { queue } = this.#parts;
    this.#runs++;
    this.#lastRun = this.#lastRun.then(async () => {
      for (let failed = 0; failed < attempts && more(); ) {
        const onWire = queue.onWire[0]?.outcome;
        const batch = onWire ? undefined : queue.next(this.#parts.settings.maxBatchSize);
        failed = (await (batch ? this.#pack(batch) : onWire)) ? 0 : failed + 1;
      }
      this.#runs--;
      this.arrange();
    });
    return this.#lastRun;
  }

  /** Compresses a new batch if that pays, then sends it. */
  #pack(batch: Batch): Promise<boolean> {
    const { gzip, platform, queue } = this.#parts;
    const plain = plainPayload(batch);
    if (batch.payload || !gzip || plain.bytes.length <= GZIP_ABOVE_BYTES) return this.#send(batch);
    const packed = platform.gzip(plain.bytes).catch(() => undefined);
    batch.outcome = packed.then((bytes) => {
      // The client may have been closed while we compressed, or the page hidden, which sent the batch as it was.
      if (!queue.has(batch)) return true;
      if (batch.payload) return batch.outcome ?? false;
      if (bytes) batch.payload = { bytes, gzip };
      return this.#send(batch);
    });
    return batch.outcome;
  }

  /** Puts a batch on the wire before it returns. Resolves to whether it was answered for good. */
  #send(batch: Batch): Promise<boolean> {
    const { clock, headers, log, platform, queue, transport, url } = this.#parts;
    const { bytes, gzip } = (batch.payload ??= plainPayload(batch));
    log.debug(() => `send ${count(batch.events)} to ${url}: ${bytes.length} bytes, Idempotency-Key ${batch.key}`);
    const giveBack = platform.keepalive?.take(bytes.length);
    const failuresBefore = this.#failures;
    const abort = (batch.abort = new AbortController());
    batch.outcome = exchange(clock, abort, () =>
      transport(url, {
        method: "POST",
        headers: { ...headers, "Idempotency-Key": batch.key, ...(gzip && { "Content-Encoding": "gzip" }) },
        body: bytes,
        signal: abort.signal,
        redirect: "manual",
        credentials: "omit",
        // Whenever there is room: a page closed while a request is in the air then loses nothing.
        keepalive: !!giveBack,
      }),
    ).then((answer) => {
      giveBack?.();
      batch.outcome = undefined;
      log.debug(() => `${spoken(answer, log)}, Idempotency-Key ${batch.key}`);
      return !queue.has(batch) || this.#settle(batch, answer, failuresBefore);
    });
    return batch.outcome;
  }

  /** Books an answer. Returns false if the batch has to be sent again. */
  #settle(batch: Batch, answer: Answer, failuresBefore: number): boolean {
    const { ledger, platform, queue } = this.#parts;
    const { events } = batch;
    const verdict = judge(answer, events.length);
    if (verdict.kind === "failed") {
      this.#failed(answer, failuresBefore);
      return false;
    }
    if (this.#failures) this.#disarm();
    this.#failures = this.#retryAt = this.#heldUntil = 0;
    queue.settle(batch, ...(verdict.kind === "split" ? halve(batch, platform.uuid) : []));
    if (verdict.kind === "settled") {
      for (const message of new Set(verdict.rejections.values())) {
        this.#refused("an event was rejected", answer, message);
      }
      ledger.settle(events, verdict.rejections);
    }
    if (verdict.kind === "dropped") {
      this.#refused(`${count(events)} dropped (${verdict.reason})`, answer, answer.said);
      ledger.drop(events, verdict.reason);
    }
    this.#onSettled();
    return true;
  }

  /** Tells what was refused, and why: `said` by the server. */
  #refused(what: string, { status }: Answer, said: string): void {
    const { log, url } = this.#parts;
    const reason = `${status} ${log.quote(said)}`.trimEnd();
    // A wrong key stays wrong, however a proxy words it.
    const kind = status === 401 || status === 403 ? "unauthorized" : reason;
    const hint =
      status === 404 || status === 405 ? `; endpoint must be the address of an AudioScape server, like ${EXAMPLE}` : "";
    log.refusal(kind, `${what}: ${url} answered ${reason}${hint}`);
  }

  #failed(answer: Answer, failuresBefore: number): void {
    const { clock, log, rng, settings, url } = this.#parts;
    // Requests that were in the air together fail together: that is one failure.
    this.#failures = Math.min(this.#failures, failuresBefore) + 1;
    const retryAfter = parseRetryAfter(answer.retryAfter, clock.wall());
    const random = rng();
    const delay = retryDelay(this.#failures, settings.batchInterval, retryAfter, random);
    const now = clock.monotonic();
    this.#retryAt = now + delay * 1000;
    this.#heldUntil = Math.max(this.#heldUntil, now + spreadRetryAfter(retryAfter, random) * 1000);
    log.warn("failed", `the events are kept: ${spoken(answer, log)} from ${url}`);
    this.#disarm();
    if (!this.#closed) this.#arm(delay);
  }

  #arm(seconds: number): void {
    const { clock, queue } = this.#parts;
    this.#cancelTimer = clock.after(seconds * 1000, () => {
      this.#cancelTimer = undefined;
      // By the timer, not by comparing clocks: Node's timers may fire a millisecond early.
      this.#retryAt = 0;
      const { end } = queue;
      void this.#run(() => !this.#retryAt && queue.oldest < end, 1);
    });
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Waits for `done`, but not past the deadline. Somebody awaits this, so the timer holds a Node process. */
  #within(timeoutMs: number, done: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(timeoutMs, resolve, true);
      void done.then(cancel).then(resolve);
    });
  }
}

function count({ length }: readonly unknown[]): string {
  return `${length} event${length === 1 ? "" : "s"}`;
}

/** An answer in words. */
function spoken({ status, said }: Answer, log: Log): string {
  return `${status ? `answer ${status}` : "no answer"}${said && ` (${log.quote(said)})`}`;
}
