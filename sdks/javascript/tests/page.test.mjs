/** What a page does at its end and when its network comes back, where no browser can be made to do it on demand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakePage } from "./support/page.mjs";
import { held, NEVER, onWire } from "./support/wire.mjs";

test("what is answered gives its bytes and its place back to the page's allowance", async (t) => {
  const page = fakePage(t);
  const { client, wire, settle } = await onWire({}, "browser");
  for (let round = 1; round <= 20; round++) {
    for (let number = 1; number <= 40; number++) {
      client.track({ type: "note", assetId: number, metadata: { text: "x".repeat(1000) } });
    }
    page.leave();
    assert.equal(wire.requests.length, round);
    await settle();
    assert.equal(client.stats.accepted, 40 * round);
  }
  assert.ok(wire.requests.every((request) => request.keepalive));
});

test("a page that is only hidden respects Retry-After, a page that is left does not", async (t) => {
  const page = fakePage(t);
  const { client, wire, track, settle } = await onWire({}, "browser");
  wire.replies = [{ status: 429, headers: { "Retry-After": "100" } }];
  track(1, 3);
  assert.equal(await client.flush(), false);
  page.hide();
  await settle();
  assert.equal(wire.requests.length, 1);
  page.leave();
  await settle();
  assert.deepEqual(wire.sent, [
    [1, 2, 3],
    [1, 2, 3],
  ]);
  assert.equal(client.stats.accepted, 3);
});

test("requests that were in the air together and fail are one failure", async (t) => {
  const page = fakePage(t);
  const { wire, track, clock, settle } = await onWire({ maxBatchSize: 4 }, "browser");
  const both = [held({ status: 500 }), held({ status: 500 })];
  wire.replies = [...both];
  track(1, 8);
  page.leave();
  assert.equal(wire.requests.length, 2);
  for (const request of both) request.release();
  await settle();
  assert.equal(clock.nextDue, 60_000);
});

test("close ends a request that hangs, at its deadline", async () => {
  const { client, wire, track, advance, settle } = await onWire();
  wire.fallback = NEVER;
  track(1);
  const closed = client.close({ timeoutMs: 2000 });
  await settle();
  assert.equal(wire.requests[0].signal.aborted, false);
  await advance(2);
  await closed;
  assert.equal(wire.requests[0].signal.aborted, true);
  assert.deepEqual(client.stats.droppedBy, { shutdown: 1 });
});

test("back online, what waits is sent at once, once, in full batches", async (t) => {
  const page = fakePage(t);
  const { client, wire, track, advance, settle } = await onWire({ maxBatchSize: 20 }, "browser");
  wire.fallback = () => Promise.reject(new TypeError("Failed to fetch"));
  track(1, 30);
  await advance(30 + 60);
  assert.equal(wire.requests.length, 2);
  wire.fallback = { status: 202 };
  page.online();
  page.online();
  await settle();
  assert.deepEqual(
    wire.sent.slice(2).map((batch) => batch.length),
    [20, 10],
  );
  assert.equal(client.stats.accepted, 30);
});

test("back online, a wait that the server asked for is kept", async (t) => {
  const page = fakePage(t);
  const { client, wire, track, settle } = await onWire({}, "browser");
  wire.replies = [{ status: 503, headers: { "Retry-After": "100" } }];
  track(1);
  await client.flush();
  page.online();
  await settle();
  assert.equal(wire.requests.length, 1);
});

test("a page is listened to only while something waits", async (t) => {
  const page = fakePage(t);
  const { client, track } = await onWire({}, "browser");
  assert.equal(page.listeners, 0);
  track(1);
  assert.equal(page.listeners, 3);
  await client.flush();
  assert.equal(page.listeners, 0);
});
