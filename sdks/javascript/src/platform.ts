import type { KeepaliveBudget } from "./keepalive.js";
import type { Transport } from "./transport.js";

/** What a client does when the world around it ends, or seems to. */
export interface Lifecycle {
  /** The page was hidden, or (`leaving`) is being left. Must put on the wire what it can before it returns. */
  hide(leaving: boolean): void;
  /** The network is back. */
  online(): void;
  /** The process ends, or was asked to: send what waits, without regard to any wait. Resolves to whether all of it is settled. */
  drain(): Promise<boolean>;
  /** It ends now: what is left is lost, and nothing may hold it any longer. */
  giveUp(): void;
}

/** Where the SDK runs: the one seam between a browser and Node. */
export interface Platform {
  readonly fetch: Transport;
  /** A random UUID. */
  uuid(): string;
  /** The gzipped bytes, or undefined where the platform cannot. */
  gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Where requests can outlive a page: what may be in the air at once. */
  readonly keepalive?: KeepaliveBudget;
  /** Watches for the end of the page or process until the returned function is called. */
  watch(lifecycle: Lifecycle): () => void;
}
