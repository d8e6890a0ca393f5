/**
 * A real Chromium, driven over the DevTools protocol by pipe.
 *
 * Directly rather than through a browser library: those keep every page "focused", so that a tab in the background is never
 * really hidden, and hiding is what these tests are about.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "./tools.mjs";
import { until } from "./until.mjs";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
  // A host that is neither localhost nor HTTPS: an insecure context, as many a game's web page is.
  "--host-resolver-rules=MAP insecure.test 127.0.0.1",
];

export async function launch() {
  const profile = await mkdtemp(join(tmpdir(), "audioscape-chromium-"));
  const child = spawn(chromium(), [...FLAGS, `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const send = protocol(child.stdio[3], child.stdio[4]);
  return {
    /** Opens `url` in a new tab, which becomes the visible one. */
    async open(url) {
      const { targetId } = await send("Target.createTarget", { url });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      const tab = new Tab(send, targetId, sessionId);
      await tab.until("document.readyState === 'complete' && location.href !== 'about:blank'");
      return tab;
    },
    async stop() {
      await send("Browser.close");
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

class Tab {
  #send;
  #targetId;
  #sessionId;

  constructor(send, targetId, sessionId) {
    this.#send = send;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
  }

  /** The value of an expression, or of calling a function, in the page; promises are awaited. */
  async evaluate(code, ...args) {
    const expression = typeof code === "function" ? `(${code})(...${JSON.stringify(args)})` : code;
    const parameters = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", parameters, this.#sessionId);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true in the page, also across a navigation. */
  until(expression) {
    return until(() => this.evaluate(`Boolean(${expression})`).catch(() => false), expression);
  }

  /** Makes this the visible tab; the one before is hidden. */
  show() {
    return this.#send("Target.activateTarget", { targetId: this.#targetId });
  }

  /** Takes the tab's network away, or gives it back. */
  offline(offline) {
    const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    return this.#send("Network.emulateNetworkConditions", conditions, this.#sessionId);
  }

  async goTo(url) {
    await this.evaluate((target) => void (location.href = target), url);
    await this.until(`location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`);
  }

  /** Closes the tab, and waits until the browser has done so. */
  async close() {
    await this.#send("Target.closeTarget", { targetId: this.#targetId });
    await until(async () => {
      const { targetInfos } = await this.#send("Target.getTargets");
      return !targetInfos.some((target) => target.targetId === this.#targetId);
    }, "the tab is gone");
  }
}

/** Messages are JSON, each followed by a zero byte. */
function protocol(output, input) {
  const waiting = new Map();
  let received = "";
  input.setEncoding("utf8").on("data", (data) => {
    received += data;
    const messages = received.split("\0");
    received = messages.pop();
    for (const { id, result, error } of messages.map((message) => JSON.parse(message))) {
      const [resolve, reject] = waiting.get(id) ?? [];
      waiting.delete(id);
      if (error) reject?.(new Error(error.message));
      else resolve?.(result);
    }
  });
  let last = 0;
  return (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, [resolve, reject]);
      output.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
}
