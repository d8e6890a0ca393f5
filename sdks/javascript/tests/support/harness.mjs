/**
 * One client under test: real HTTP to a real server, everything else (time, chance, logs) in the hands of the test.
 */
import { syncBuiltinESMExports } from "node:module";
import zlib from "node:zlib";
import { VirtualClock } from "./clock.mjs";
import { sdk } from "./sdk.mjs";

/** Real time after which a step that does not come to rest fails, in milliseconds. */
const PATIENCE_MS = 10_000;

// The SDK compresses on Node's thread pool: counted, so that `settle` knows of it.
let compressing = 0;
const { gzip } = zlib;
zlib.gzip = (bytes, callback) => {
  compressing++;
  gzip(bytes, (...outcome) => {
    compressing--;
    callback(...outcome);
  });
};
syncBuiltinESMExports();

const turn = () => new Promise((resolve) => setImmediate(resolve));

export class Harness {
  attempts = 0;
  inFlight = 0;
  /** Warnings. */
  logs = [];
  /** What `debug` tells. */
  debugLines = [];
  rejected = [];
  drops = [];

  /** `server`: what `startFaultServer` gave. `options`: of the client, over those of the harness. */
  static async create(server, options = {}, { wall, onRejected = () => {}, onDropped = () => {}, record = true } = {}) {
    const harness = new Harness();
    harness.server = server;
    harness.clock = new VirtualClock(wall);
    const { AudioScape } = await sdk("node");
    const callbacks = {
      onRejected: (event, message) => {
        harness.rejected.push([event, message]);
        return onRejected(event, message, harness.client);
      },
      onDropped: (events, reason) => {
        harness.drops.push([events, reason]);
        return onDropped(events, reason, harness.client);
      },
    };
    harness.construct = (changes) =>
      new AudioScape({
        apiKey: "conformance-key-7f3a",
        endpoint: server.events,
        clock: harness.clock,
        rng: () => 0,
        transport: (url, request) => harness.#send(url, request),
        logger: (line, level) => (level === "debug" ? harness.debugLines : harness.logs).push(line),
        ...(record && callbacks),
        ...changes,
      });
    harness.client = harness.construct(options);
    return harness;
  }

  async #send(url, request) {
    this.attempts++;
    this.inFlight++;
    const done = () => this.inFlight--;
    try {
      const response = await fetch(url, request);
      return {
        status: response.status,
        headers: response.headers,
        text: () => response.text().finally(done),
      };
    } catch (error) {
      done();
      throw error;
    }
  }

  /** Waits until nothing is on the wire but what the server holds, and the SDK waits for the clock. */
  async settle() {
    const deadline = performance.now() + PATIENCE_MS;
    for (let calm = 0; calm < 5; ) {
      await turn();
      const held = this.inFlight ? (await this.server.received()).held : 0;
      calm = !compressing && this.inFlight === held ? calm + 1 : 0;
      if (performance.now() > deadline) throw new Error(`not settled: ${this.inFlight} in flight, ${held} held`);
    }
  }

  advance(seconds) {
    return this.clock.advance(seconds, () => this.settle());
  }

  /** Lets a promise of the SDK come to its end, moving the clock at most `seconds`. */
  async outcome(promise, seconds) {
    let done = false;
    const watched = promise.finally(() => {
      done = true;
    });
    const deadline = this.clock.monotonic() + seconds * 1000;
    await this.settle();
    while (!done && this.clock.nextDue <= deadline) {
      this.clock.moveTo(this.clock.nextDue);
      await this.settle();
    }
    if (!done) throw new Error(`still pending after ${seconds} s of virtual time`);
    return watched;
  }
}
