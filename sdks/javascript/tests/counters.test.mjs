/** accepted + rejected + dropped + queued = tracked, and everything else that must hold, over random histories. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fakePage } from "./support/page.mjs";
import { addsUp, eventsOf, onWire, response } from "./support/wire.mjs";

const status = fc.constantFrom(200, 202, 204, 307, 400, 401, 404, 413, 429, 500, 503);
const reply = fc.oneof(
  status.map((code) => ({ status: code })),
  fc.constant({ status: 429, headers: { "Retry-After": "45" } }),
  fc.array(fc.nat(12), { maxLength: 4 }).map((indexes) => ({
    status: 202,
    body: { errors: indexes.map((index) => `events[${index}]: no`) },
  })),
  fc.constant({ status: 400, body: { error: "all", details: ["events[0]: no"] } }),
  // Reset before or after the server stored the batch; held until a "release".
  fc.constantFrom("reset", "lost", "hold"),
);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("track"), count: fc.integer({ min: 1, max: 30 }) }) },
  fc.record({ do: fc.constant("poison"), event: fc.anything({ withBigInt: true, withDate: true, withMap: true }) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("advance"), seconds: fc.constantFrom(0, 1, 10, 30, 60, 300) }) },
  fc.record({ do: fc.constant("flush") }),
  fc.record({ do: fc.constant("release") }),
  fc.record({ do: fc.constant("hide"), leaving: fc.boolean() }),
  fc.record({ do: fc.constant("configure"), maxQueueSize: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant("enable"), enabled: fc.boolean() }),
  fc.record({ do: fc.constant("online") }),
  fc.record({ do: fc.constant("close") }),
);
/** What a `beforeSend` may do, by the number of the event. */
const hook = fc.constantFrom(
  undefined,
  (event) => (event.assetId % 3 ? event : null),
  (event) => {
    if (event.assetId % 3 === 0) throw new Error("from beforeSend");
    return { ...event, metadata: { seen: true } };
  },
);

for (const platform of ["node", "browser"]) {
  test(`counters add up and nothing is lost or doubled, over random histories (${platform})`, async (t) => {
    const page = platform === "browser" ? fakePage(t) : { hide() {}, leave() {}, online() {} };
    const history = fc.record({
      steps: fc.array(step, { maxLength: 40 }),
      replies: fc.array(reply, { maxLength: 30 }),
      throws: fc.boolean(),
      hook,
    });
    await fc.assert(
      fc.asyncProperty(history, (story) => live(story, platform, page)),
      {
        includeErrorInReport: true,
        numRuns: Number(process.env.AUDIOSCAPE_RUNS ?? 300),
        seed: Number(process.env.AUDIOSCAPE_SEED ?? 20_261_123),
      },
    );
  });
}

async function live({ steps, replies: script, throws, hook: beforeSend }, platform, page) {
  const replies = [...script];
  let bound = 40;
  const onLoss = () => {
    check();
    if (throws) throw new Error("from a callback");
  };
  const callbacks = { onRejected: onLoss, onDropped: onLoss, beforeSend };
  const story = await onWire({ maxBatchSize: 8, maxQueueSize: bound, ...callbacks }, platform);
  const { client, wire, advance, settle } = story;
  const holding = new Set();
  const bodies = new Map();
  const delivered = new Map();
  const storedKeys = new Set();
  /** Collected, for what a transport throws is a failure like any other to the SDK. */
  const violations = [];
  let tracked = 0;

  wire.fallback = (request) => answer(request, replies.shift() ?? { status: 202 });

  async function answer(request, kind) {
    const key = request.headers["Idempotency-Key"];
    const body = Buffer.from(request.body).toString();
    if ((bodies.get(key) ?? body) !== body) violations.push("a key came back with another body");
    bodies.set(key, body);
    if (kind === "reset") throw new Error("ECONNRESET");
    if (kind === "hold") await new Promise((resolve) => holding.add(resolve));
    // A key that is stored is answered as the first time, as the real server does.
    const result = typeof kind === "string" || storedKeys.has(key) ? { status: 202 } : kind;
    if (request.signal.aborted) throw new Error("the client hung up");
    if (result.status >= 200 && result.status < 300) {
      storedKeys.add(key);
      for (const { asset_id: number } of eventsOf(request)) {
        if ((delivered.get(number) ?? key) !== key) violations.push(`event ${number} was delivered under two keys`);
        delivered.set(number, key);
      }
    }
    if (kind === "lost") throw new Error("ECONNRESET");
    return response(result);
  }

  function check() {
    const { stats } = client;
    assert.ok(addsUp(stats), JSON.stringify(stats));
  }

  for (const { do: action, ...argument } of steps) {
    const onTheWire = client.stats.queued;
    if (action === "track") {
      for (let count = 0; count < argument.count; count++) {
        client.trackPlay(++tracked, 7, 1);
        check();
      }
    } else if (action === "poison") client.track(argument.event);
    else if (action === "advance") await advance(argument.seconds);
    else if (action === "flush") void client.flush();
    else if (action === "release") for (const release of holding) release();
    else if (action === "enable") client.setEnabled(argument.enabled);
    else if (action === "online") page.online();
    else if (action === "hide") argument.leaving ? page.leave() : page.hide();
    else if (action === "configure") {
      client.configureAnalytics({ maxQueueSize: argument.maxQueueSize });
      // What is on the wire when the bound shrinks is not taken back.
      bound = argument.maxQueueSize;
    } else if (action === "close") void client.close();
    check();
    assert.ok(client.stats.queued <= Math.max(bound, onTheWire), `${client.stats.queued} queued of ${bound}`);
    await settle();
    check();
  }
  for (const release of holding) release();
  void client.close();
  await advance(60);
  check();
  assert.deepEqual(violations, []);
  assert.equal(client.stats.queued, 0, "something is left after close");
  // The server may know more than the client counts: it stored batches whose answers came too late.
  assert.ok(client.stats.accepted <= delivered.size, "more accepted than delivered");
}
