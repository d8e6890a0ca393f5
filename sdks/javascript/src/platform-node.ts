import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Lifecycle, Platform } from "./platform.js";

const gzipAsync = promisify(gzip);

export const node: Platform = {
  fetch: (url, request) => fetch(url, request),
  uuid: randomUUID,
  async gzip(bytes) {
    return new Uint8Array(await gzipAsync(bytes));
  },
  watch(lifecycle: Lifecycle) {
    return processEnd().add(lifecycle);
  },
};

/** What asks a process to end. A Ctrl-C is a SIGINT. */
const SIGNALS = ["SIGTERM", "SIGINT"] as const;
/** Within this time, in milliseconds, a second signal is the first: `npm start` hands on a Ctrl-C that its program got as well. */
const ONE_SIGNAL_MS = 1000;

/**
 * The end of this process, shared by every client in it.
 *
 * One listener per signal for all clients, even if the package is loaded twice (as ESM and as CommonJS): each copy would take the
 * other's listener for the host's, and neither would let the process end. Listeners exist only while a client has something
 * to lose, so an idle one neither changes what a signal does nor is kept alive by the registry.
 */
class ProcessEnd {
  readonly #clients = new Set<Lifecycle>();
  /** When the signal came that is being answered. */
  #askedAt: number | undefined;

  add(client: Lifecycle): () => void {
    if (this.#clients.size === 0) {
      // First in line: a host's `once` listener that ran before ours would be gone when we count who else listens.
      for (const signal of SIGNALS) process.prependListener(signal, this.#asked);
      process.on("beforeExit", this.#idle);
    }
    this.#clients.add(client);
    return () => {
      this.#clients.delete(client);
      if (this.#clients.size === 0) this.#stopListening();
    };
  }

  /**
   * A listener cancels the default end by a signal. If ours is the only one, that end is owed once the events are out, or at once
   * if the signal comes again; else the host has its own plan, and its clients stay open for what it still tracks.
   */
  readonly #asked = async (signal: NodeJS.Signals): Promise<void> => {
    const alone = process.listenerCount(signal) === 1 + stepAside();
    if (this.#askedAt === undefined) {
      this.#askedAt = performance.now();
      await Promise.all(Array.from(this.#clients, (client) => client.drain()));
      this.#askedAt = undefined;
    } else if (performance.now() - this.#askedAt < ONE_SIGNAL_MS) {
      return;
    }
    if (!alone) return;
    for (const client of [...this.#clients]) client.giveUp();
    this.#stopListening();
    process.kill(process.pid, signal);
  };

  /** Node has nothing left to do, and asks again once it has done what comes of this. */
  readonly #idle = async (): Promise<void> => {
    await Promise.all(
      Array.from(this.#clients, async (client) => {
        if (!(await client.drain())) client.giveUp();
      }),
    );
  };

  #stopListening(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.#asked);
    process.removeListener("beforeExit", this.#idle);
  }
}

/**
 * How many listeners of each signal are of the package signal-exit (versions 3 and 4), which many tools bring along. Like ours
 * they end the process once they are the last; to take them for the host's would leave it running.
 */
function stepAside(): number {
  type Emitter = { count?: number } | undefined;
  const three = (process as { __signal_exit_emitter__?: Emitter }).__signal_exit_emitter__;
  const four = (globalThis as { [key: symbol]: Emitter })[Symbol.for("signal-exit emitter")];
  return (three?.count ?? 0) + (four?.count ?? 0);
}

const REGISTRY = Symbol.for("audioscape.process-end.v2");

function processEnd(): ProcessEnd {
  const shared = globalThis as { [REGISTRY]?: ProcessEnd };
  return (shared[REGISTRY] ??= new ProcessEnd());
}
