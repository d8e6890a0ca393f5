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

/**
 * The end of this process, shared by every client in it.
 *
 * One listener per signal for all clients, even if the package is loaded twice (as ESM and as CommonJS): each copy would take the
 * other's listener for the host's, and neither would let the process end. Listeners exist only while a client has something
 * to lose, so an idle one neither changes what SIGTERM does nor is kept alive by the registry.
 */
class ProcessEnd {
  readonly #clients = new Set<Lifecycle>();
  #terminating = false;

  add(client: Lifecycle): () => void {
    if (this.#clients.size === 0) {
      // First in line: a host's `once` listener that ran before ours would be gone when we count who else listens.
      process.prependListener("SIGTERM", this.#terminate);
      process.on("beforeExit", this.#drain);
    }
    this.#clients.add(client);
    return () => {
      this.#clients.delete(client);
      if (this.#clients.size > 0) return;
      process.removeListener("SIGTERM", this.#terminate);
      process.removeListener("beforeExit", this.#drain);
    };
  }

  /**
   * A SIGTERM listener cancels Node's default end. If ours is the only one, that end is owed once the events are out; else the host
   * has its own plan, and its clients stay open for what it still tracks.
   */
  readonly #terminate = async (): Promise<void> => {
    if (this.#terminating) return;
    this.#terminating = true;
    const alone = process.listenerCount("SIGTERM") === 1;
    await this.#drain();
    this.#terminating = false;
    if (!alone) return;
    process.removeListener("SIGTERM", this.#terminate);
    process.kill(process.pid, "SIGTERM");
  };

  readonly #drain = async (): Promise<void> => {
    await Promise.all(Array.from(this.#clients, (client) => client.drain()));
  };
}

const REGISTRY = Symbol.for("audioscape.process-end.v1");

function processEnd(): ProcessEnd {
  const shared = globalThis as { [REGISTRY]?: ProcessEnd };
  return (shared[REGISTRY] ??= new ProcessEnd());
}
