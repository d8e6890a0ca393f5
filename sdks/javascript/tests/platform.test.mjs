/** Where the browser build runs without being on a page, and what it does without what pages have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { onWire } from "./support/wire.mjs";

/** Takes a global away for one test. */
function without(t, name) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value: undefined, configurable: true, writable: true });
  t.after(() => {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else delete globalThis[name];
  });
}

test("without a document (a worker, another runtime) it sends all the same", async () => {
  const { client, wire, track } = await onWire({}, "browser");
  track(1, 3);
  assert.equal(await client.flush(), true);
  assert.deepEqual(wire.sent, [[1, 2, 3]]);
});

test("without crypto keys are still UUIDs, each its own", async (t) => {
  without(t, "crypto");
  const { client, wire, track } = await onWire({ maxBatchSize: 1 }, "browser");
  track(1, 100);
  assert.equal(await client.flush(), true);
  const keys = wire.requests.map((request) => request.headers["Idempotency-Key"]);
  for (const key of keys) assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(keys).size, 100);
});

test("compression that fails, or is missing, or is switched off, leaves the body as it is", async (t) => {
  for (const broken of [
    () => without(t, "CompressionStream"),
    () => {
      globalThis.CompressionStream = class {
        constructor() {
          throw new Error("no memory");
        }
      };
    },
  ]) {
    broken();
    const { client, wire, track } = await onWire({ gzip: true }, "browser");
    track(1, 40);
    assert.equal(await client.flush(), true);
    assert.equal(wire.requests[0].headers["Content-Encoding"], undefined);
    assert.equal(wire.sent[0].length, 40);
  }
  const { client, wire, track } = await onWire({ gzip: false });
  track(1, 40);
  await client.flush();
  assert.equal(wire.requests[0].headers["Content-Encoding"], undefined);
});

test("a compressed body is sent again byte for byte", async () => {
  for (const platform of ["node", "browser"]) {
    const { client, wire, track } = await onWire({ gzip: true }, platform);
    wire.replies = [{ status: 500 }];
    track(1, 40);
    assert.equal(await client.flush(), false);
    track(41);
    assert.equal(await client.flush(), true);
    const [first, second] = wire.requests;
    assert.deepEqual(first.body, second.body);
    assert.equal(first.headers["Idempotency-Key"], second.headers["Idempotency-Key"]);
    assert.equal(JSON.parse(gunzipSync(first.body)).events.length, 40);
  }
});

test("a client closed while it compresses drops the batch and sends nothing after", async (t) => {
  without(t, "CompressionStream");
  let release;
  globalThis.CompressionStream = class extends TransformStream {
    constructor() {
      const released = new Promise((resolve) => {
        release = resolve;
      });
      super({ flush: () => released });
    }
  };
  const { client, wire, track, clock, settle } = await onWire({ gzip: true }, "browser");
  track(1, 40);
  void client.flush();
  await settle();
  const closed = client.close({ timeoutMs: 0 });
  clock.moveTo(0);
  await closed;
  release();
  await settle();
  assert.equal(wire.requests.length, 0);
  assert.deepEqual(client.stats.droppedBy, { shutdown: 40 });
});

test("the constructor refuses a key or an endpoint that cannot work, without repeating the key", async () => {
  for (const [options, message] of [
    [{ apiKey: "" }, /^apiKey is missing: give a key/],
    [{ apiKey: " \n" }, /^apiKey is missing/],
    [{ apiKey: undefined }, /^apiKey is missing/],
    [{ apiKey: null }, /^apiKey is missing/],
    [{ apiKey: 5 }, /apiKey must be a string of visible ASCII characters without spaces, found number/],
    [{ apiKey: "sec\nret" }, /found 7 characters/],
    [{ apiKey: "sécret" }, /apiKey/],
    [{ endpoint: "analytics.example.com" }, /endpoint must be like "https:/],
    [{ endpoint: "ftp://example.com" }, /endpoint/],
    [{ endpoint: "https://user:pass@example.com" }, /endpoint/],
    [{ endpoint: "https://example.com/?key=secret" }, /endpoint/],
    [{ endpoint: 5 }, /found number/],
  ]) {
    await assert.rejects(onWire(options), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret|sécret|pass/);
      return true;
    });
  }
});

test("the endpoint may end in a slash or hold a path", async () => {
  for (const [endpoint, url] of [
    ["https://a.example", "https://a.example/analytics/v1/analytics"],
    ["http://a.example:8080/", "http://a.example:8080/analytics/v1/analytics"],
    ["https://a.example/proxy//", "https://a.example/proxy/analytics/v1/analytics"],
  ]) {
    const { client, wire, track } = await onWire({ endpoint });
    track(1);
    await client.flush();
    assert.equal(wire.requests[0].url, url);
  }
});
