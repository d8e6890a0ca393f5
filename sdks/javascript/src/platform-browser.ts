import { KeepaliveBudget } from "./keepalive.js";
import type { Lifecycle, Platform } from "./platform.js";

/** Pages, and everything that is not Node: workers have no document and are simply never hidden. */
export const browser: Platform = {
  // Called through an arrow: `fetch` refuses to run as a method of anything but the window.
  fetch: (url, request) => fetch(url, request),

  /** Not `crypto.randomUUID`: it is missing on pages served over plain HTTP. Some runtimes have no `crypto` at all. */
  uuid() {
    const bytes = Uint8Array.from({ length: 16 }, () => Math.random() * 256);
    globalThis.crypto?.getRandomValues(bytes);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },

  async gzip(bytes) {
    if (typeof CompressionStream === "undefined") return undefined;
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  },

  keepalive: new KeepaliveBudget(),

  watch(lifecycle: Lifecycle) {
    if (typeof document === "undefined") return () => {};
    // Kept, because a test's page may be taken away before its clients are.
    const page = document;
    const frame = window;
    const hidden = (): void => {
      if (page.visibilityState === "hidden") lifecycle.hide(false);
    };
    const leaving = (): void => lifecycle.hide(true);
    const online = (): void => lifecycle.online();
    page.addEventListener("visibilitychange", hidden);
    frame.addEventListener("pagehide", leaving);
    frame.addEventListener("online", online);
    return () => {
      page.removeEventListener("visibilitychange", hidden);
      frame.removeEventListener("pagehide", leaving);
      frame.removeEventListener("online", online);
    };
  },
};
