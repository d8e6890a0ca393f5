/** What a client can be told: switches, the environment, beforeSend, super-properties. The common cases are in sdks/conformance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeMedium } from "./support/medium.mjs";
import { sdk, VARIABLES } from "./support/sdk.mjs";
import { eventsOf, onWire } from "./support/wire.mjs";

const [ENDPOINT, API_KEY, DEBUG, DRY_RUN, ENABLED] = VARIABLES;

/** Sets variables for one test. */
function environment(t, variables) {
  Object.assign(process.env, variables);
  t.after(() => {
    for (const name of VARIABLES) delete process.env[name];
  });
}

test("in Node what is not given comes from the environment", async (t) => {
  environment(t, { [ENDPOINT]: " https://env.example/\n", [API_KEY]: "env-key\n", [DEBUG]: "On", [ENABLED]: "YES" });
  for (const options of [
    { endpoint: undefined, apiKey: undefined },
    { endpoint: " ", apiKey: "\n" },
    { endpoint: null, debug: null },
  ]) {
    const { client, wire, track, logs } = await onWire({ apiKey: undefined, ...options });
    track(1);
    await client.flush();
    assert.equal(wire.requests[0].url, "https://env.example/analytics/v1/analytics");
    assert.equal(wire.requests[0].headers["x-api-key"], "env-key");
    assert.match(logs[0], /^audioscape: track /);
  }
});

test("in Node a client can be made of the environment alone", async (t) => {
  environment(t, { [ENDPOINT]: "https://env.example", [API_KEY]: "env-key", [DRY_RUN]: "1" });
  const { AudioScape } = await sdk("node");
  const client = new AudioScape();
  client.trackPlay(1);
  assert.equal(await client.flush(), true);
  assert.equal(client.stats.accepted, 1);
});

test("what is given wins over the environment, also over what is wrong there", async (t) => {
  environment(t, { [ENDPOINT]: "nonsense", [API_KEY]: "no key", [DEBUG]: "perhaps", [DRY_RUN]: "1", [ENABLED]: "0" });
  const { client, wire, track, logs } = await onWire({ debug: false, dryRun: false, enabled: true });
  track(1);
  await client.flush();
  assert.equal(wire.requests[0].url, "https://analytics.example.com/analytics/v1/analytics");
  assert.deepEqual(logs, []);
});

test("a variable that is empty counts as unset", async (t) => {
  environment(t, { [ENDPOINT]: "", [API_KEY]: " ", [DEBUG]: "", [DRY_RUN]: " ", [ENABLED]: "" });
  const { client, wire, track } = await onWire();
  track(1);
  await client.flush();
  assert.equal(wire.requests.length, 1);
  await assert.rejects(onWire({ endpoint: undefined }), /endpoint is missing.*https:\/\/.*AUDIOSCAPE_ENDPOINT/);
});

test("a variable that is neither on nor off is refused by name", async (t) => {
  for (const name of [DEBUG, DRY_RUN, ENABLED]) {
    environment(t, { [name]: "perhaps" });
    await assert.rejects(onWire(), new RegExp(`^TypeError: ${name} must be one of 1, true, .*; found "perhaps"$`));
    delete process.env[name];
  }
});

test("a page asks no environment", async (t) => {
  environment(t, { [ENDPOINT]: "https://env.example" });
  await assert.rejects(onWire({ endpoint: undefined }, "browser"), /endpoint is missing/);
});

test("a switch or a hook of another kind is refused, not guessed", async () => {
  for (const [option, value, message] of [
    ["dryRun", "false", "dryRun must be a boolean, found string"],
    ["enabled", 0, "enabled must be a boolean, found number"],
    ["debug", {}, "debug must be a boolean, found object"],
    ["gzip", "no", "gzip must be a boolean, found string"],
    ["beforeSend", true, "beforeSend must be a function, found boolean"],
  ]) {
    await assert.rejects(onWire({ [option]: value }), { name: "TypeError", message });
  }
});

test("beforeSend sees what would be sent, and cannot change what the host holds", async () => {
  const seen = [];
  const mine = { type: "lobby", assetId: 5, playerId: 7n, metadata: { room: "red", size: Number.NaN } };
  const { client, wire } = await onWire({
    superProperties: { build: "1" },
    beforeSend(event) {
      seen.push(structuredClone(event));
      event.metadata.room = "blue";
      delete event.playerId;
      return event;
    },
  });
  client.track(mine);
  await client.flush();
  const timestamp = 1_800_000_000;
  assert.deepEqual(seen, [
    { type: "lobby", assetId: "5", playerId: "7", timestamp, metadata: { room: "red", build: "1" } },
  ]);
  assert.deepEqual(eventsOf(wire.requests[0]), [
    { type: "lobby", asset_id: "5", timestamp, metadata: { room: "blue", build: "1" } },
  ]);
  assert.deepEqual(mine.metadata, { room: "red", size: Number.NaN });
});

test("a beforeSend that fails in any way lets nothing through, and is told once", async () => {
  let client;
  for (const [hook, told] of [
    [() => undefined, /must return an event or null, found undefined/],
    [() => "text", /found string/],
    [async (event) => event, /must not be async/],
    [() => Promise.reject(new Error("late")), /must not be async/],
    [(event) => event.metadata.missing.member, /threw/],
  ]) {
    const story = await onWire({ beforeSend: hook });
    story.track(1, 3);
    await story.advance(600);
    assert.equal(story.wire.requests.length, 0);
    assert.deepEqual(story.client.stats.droppedBy, { before_send: 3 });
    assert.equal(story.logs.length, 1);
    assert.match(story.logs[0], told);
  }
  // One that tracks would call itself without end.
  const story = await onWire({
    beforeSend(event) {
      client.trackFavorite(2);
      return event;
    },
  });
  ({ client } = story);
  story.track(1);
  await client.flush();
  assert.deepEqual(story.wire.sent, [[1]]);
  assert.deepEqual(client.stats.droppedBy, { before_send: 1 });
});

test("what beforeSend drops is shown by debug to nobody", async () => {
  const { track, logs } = await onWire({ debug: true, beforeSend: () => null });
  track(77);
  assert.deepEqual(logs, []);
});

test("debug goes to the logger as a level of its own, and to console.warn without one", async (t) => {
  const lines = [];
  const { client, wire, track } = await onWire({
    debug: true,
    logger: (line, level) => lines.push(`${level} ${line}`),
  });
  wire.replies = [{ status: 500 }];
  track(1);
  await client.flush();
  assert.deepEqual(
    lines.map((line) => line.replace(/[0-9a-f-]{36}/, "KEY").replace(/\{.*\}/, "EVENT")),
    [
      "debug audioscape: track EVENT",
      "debug audioscape: send 1 event to https://analytics.example.com/analytics/v1/analytics: 95 bytes, Idempotency-Key KEY",
      "debug audioscape: answer 500, Idempotency-Key KEY",
      "warn audioscape: the events are kept: answer 500 from https://analytics.example.com/analytics/v1/analytics",
    ],
  );
  const warn = t.mock.method(console, "warn", () => {});
  const silent = await onWire({ debug: true, logger: undefined });
  silent.track(1);
  assert.equal(warn.mock.callCount(), 1);
});

test("register never throws, and keeps a copy", async () => {
  const { client, wire, logs } = await onWire();
  const hostile = new Proxy({}, { ownKeys: thrower });
  for (const value of [undefined, null, 5, "text", [], hostile, { bad: thrower, [Symbol("s")]: 1 }])
    client.register(value);
  for (const value of [undefined, Symbol("s"), { toString: thrower }, "__proto__"]) client.unregister(value);
  const mine = { build: "1", ["__proto__"]: "own" };
  client.register(mine);
  mine.build = "2";
  client.trackPlay(1);
  client.unregister("build");
  client.trackPlay(2);
  await client.flush();
  assert.deepEqual(
    eventsOf(wire.requests[0]).map((event) => event.metadata),
    [JSON.parse('{"__proto__": "own", "build": "1"}'), JSON.parse('{"__proto__": "own"}')],
  );
  assert.match(logs[0], /super-properties must be strings, finite numbers or booleans; left out: bad/);
});

function thrower() {
  throw new Error("a hostile object");
}

test("a client that is off tracks nothing of a player either, and one that is on again does", async () => {
  const { client, clock } = await onWire({ enabled: false });
  const audio = new FakeMedium(clock);
  const player = client.createPlayer({ playerId: 7, audio });
  player.queue([
    { assetId: 1, src: "a" },
    { assetId: 2, src: "b" },
  ]);
  player.play();
  audio.started(10);
  player.skip();
  assert.equal(client.stats.tracked, 0);
  client.setEnabled(true);
  audio.started(10);
  assert.equal(client.stats.tracked, 1);
});
