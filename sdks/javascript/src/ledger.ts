import type { Clock } from "./clock.js";
import { type TrackEvent, toTrackEvent, type WireEvent } from "./event.js";
import type { Log } from "./log.js";
import type { DropReason } from "./verdict.js";

/** Counts since the client was made. `accepted + rejected + dropped + queued = tracked`, whenever you look. */
export interface Stats {
  tracked: number;
  /** Stored by the server. */
  accepted: number;
  /** Refused one by one, by the server or at `track`. */
  rejected: number;
  /** Lost: the sum of `droppedBy`. */
  dropped: number;
  /** Without an outcome yet: waiting, or on the wire. */
  queued: number;
  droppedBy: Partial<Record<DropReason, number>>;
}

/** What the developer may want to hear of. Runs after the counters are right; may call `track`. */
export interface Callbacks {
  /** Once per rejected event, with the reason. */
  onRejected?: ((event: TrackEvent, message: string) => unknown) | undefined;
  /** Once per loss, with the events lost. */
  onDropped?: ((events: TrackEvent[], reason: DropReason) => unknown) | undefined;
}

/** The counters and the callbacks that go with them: an outcome is counted first, then told. */
export class Ledger {
  tracked = 0;
  accepted = 0;
  rejected = 0;
  readonly #droppedBy = new Map<DropReason, number>();
  #telling = false;

  readonly #callbacks: Callbacks;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(callbacks: Callbacks, clock: Clock, log: Log) {
    this.#callbacks = callbacks;
    this.#clock = clock;
    this.#log = log;
  }

  stats(queued: number): Stats {
    const dropped = [...this.#droppedBy.values()].reduce((sum, count) => sum + count, 0);
    const { tracked, accepted, rejected } = this;
    return { tracked, accepted, rejected, dropped, queued, droppedBy: Object.fromEntries(this.#droppedBy) };
  }

  /** A batch was answered for good: all of it accepted but the `rejections` (index → message). */
  settle(events: readonly WireEvent[], rejections: ReadonlyMap<number, string>): void {
    this.accepted += events.length - rejections.size;
    this.rejected += rejections.size;
    for (const [index, message] of rejections) this.#tellRejected(toTrackEvent(events[index]!), message);
  }

  /** An event was refused at `track`; `event` is what the host passed. */
  refuse(event: TrackEvent, message: string): void {
    this.rejected++;
    this.#tellRejected(event, message);
  }

  drop(events: readonly (WireEvent | TrackEvent)[], reason: DropReason): void {
    if (!events.length) return;
    this.#droppedBy.set(reason, (this.#droppedBy.get(reason) ?? 0) + events.length);
    const { onDropped } = this.#callbacks;
    if (onDropped) {
      this.#tell(() =>
        onDropped(
          events.map((event) => (typeof event === "string" ? toTrackEvent(event) : event)),
          reason,
        ),
      );
    }
  }

  #tellRejected(event: TrackEvent, message: string): void {
    const { onRejected } = this.#callbacks;
    if (onRejected) this.#tell(() => onRejected(event, message));
  }

  #tell(callback: () => unknown): void {
    // A callback that tracks may cause the next one, and so on without end: those wait their turn on a timer.
    if (this.#telling) {
      this.#clock.after(0, () => this.#tell(callback));
      return;
    }
    this.#telling = true;
    const failed = (): void => this.#log.warn("callback", "a callback threw; this changes nothing");
    try {
      // An async callback fails by its promise, which would otherwise end a Node process as unhandled.
      Promise.resolve(callback()).catch(failed);
    } catch {
      failed();
    } finally {
      this.#telling = false;
    }
  }
}
