/** Nothing is refused in silence, and nothing that is told holds the key. The common cases are in sdks/conformance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NEVER, onWire } from "./support/wire.mjs";

const URL_ = "https://analytics.example.com/analytics/v1/analytics";
const HINT = 'endpoint must be the address of an AudioScape server, like "https://analytics.example.com"';
/** A client without callbacks: nobody hears of a refusal but by the log. */
const alone = (options) => onWire({ onRejected: undefined, onDropped: undefined, ...options });
const oneRejected = (message) => ({ status: 400, body: { error: "all rejected", details: [`events[0]: ${message}`] } });
const votes = 'vote events require value "up" or "down"';

for (const [mistake, reply, line] of [
  [
    "a wrong key",
    { status: 401, body: { error: "Unauthorized" } },
    `1 event dropped (unauthorized): ${URL_} answered 401 Unauthorized`,
  ],
  [
    "a wrong path",
    { status: 404, body: { error: "Not Found" } },
    `1 event dropped (refused): ${URL_} answered 404 Not Found; ${HINT}`,
  ],
  [
    "a wrong path, on a web server of another kind",
    { status: 405, body: "<html>\n  <h1>Method\u0007 Not Allowed</h1>\n</html>" },
    `1 event dropped (refused): ${URL_} answered 405 <html> <h1>Method Not Allowed</h1> </html>; ${HINT}`,
  ],
  ["a bad vote", oneRejected(votes), `an event was rejected: ${URL_} answered 400 ${votes}`],
  ["a 400 without a word", { status: 400 }, `1 event dropped (refused): ${URL_} answered 400`],
]) {
  test(`${mistake} is told, once, with status, URL and what the server said`, async () => {
    const { client, wire, track, logs } = await alone();
    wire.fallback = reply;
    for (let number = 1; number <= 3; number++) {
      track(number);
      assert.equal(await client.flush(), true);
    }
    assert.deepEqual(logs, [`audioscape: ${line}`]);
  });
}

test("what is tracked after close is told, once", async () => {
  const { client, track, logs } = await alone();
  await client.close();
  for (let number = 1; number <= 3; number++) track(number);
  assert.deepEqual(logs, ["audioscape: events dropped (closed): they were tracked after close"]);
});

test("the same mistake with other values is one reason", async () => {
  const { client, wire, track, logs } = await alone();
  for (let number = 1; number <= 3; number++) {
    wire.replies.push(oneRejected(`timestamp may be at most 7 days ago, got 160000000${number}`));
    track(number);
    await client.flush();
    client.trackPlay(number + 0.5);
  }
  assert.equal(logs.length, 2);
  assert.match(logs[0], /answered 400 timestamp may be at most 7 days ago, got 1600000001$/);
  assert.match(logs[1], /rejected at track: assetId must be a string or an integer, found 1.5$/);
});

test("what the SDK refuses itself is told with what was found and what is expected", async () => {
  for (const [event, message] of [
    [{ type: 5 }, "type must be a string of 1 to 128 characters, found number"],
    [{ type: "x".repeat(129) }, "type must be a string of 1 to 128 characters, found 129 characters"],
    [{}, "type must be a string of 1 to 128 characters, found undefined"],
    [{ type: "play", assetId: {} }, "assetId must be a string or an integer, found object"],
    [{ type: "play", playerId: Number.NaN }, "playerId must be a string or an integer, found NaN"],
    [{ type: "x", metadata: { text: "x".repeat(40_000) } }, "the event is over 32768 bytes of JSON"],
  ]) {
    const { client, rejected, logs } = await onWire();
    client.track(event);
    assert.deepEqual(rejected, [[event, message]]);
    assert.deepEqual(logs, [`audioscape: an event was rejected at track: ${message}`]);
  }
});

test("an id that JavaScript has rounded is refused; as a string or a bigint it travels whole", async () => {
  const { client, wire, rejected } = await onWire();
  client.trackPlay(2 ** 53);
  client.trackPlay(1, -(2 ** 53));
  client.trackPlay(1e21);
  for (const [index, name] of ["assetId", "playerId", "assetId"].entries()) {
    assert.match(
      rejected[index][1],
      new RegExp(`^${name} is a number beyond 2\\^53.*: give it as a string or a bigint`),
    );
  }
  client.trackPlay(2 ** 53 - 1, 9_223_372_036_854_775_807n);
  client.trackPlay("9007199254740993");
  assert.equal(await client.flush(), true);
  const sent = JSON.parse(new TextDecoder().decode(wire.requests[0].body)).events;
  assert.deepEqual(
    sent.map((event) => [event.asset_id, event.player_id]),
    [
      ["9007199254740991", "9223372036854775807"],
      ["9007199254740993", undefined],
    ],
  );
});

test("an event that no detail of a 400 names is rejected with the error of all", async () => {
  const { client, wire, track, rejected } = await onWire();
  wire.replies = [{ status: 400, body: { error: "all rejected", details: ["events[1]: second"] } }];
  track(1, 2);
  await client.flush();
  assert.deepEqual(
    rejected.map(([, message]) => message),
    ["all rejected", "second"],
  );
});

for (const [failure, reply, told] of [
  ["a 503", { status: 503, body: { error: "Service Unavailable" } }, "answer 503 (Service Unavailable)"],
  ["a gateway's page", { status: 502, body: "<h1>Bad\nGateway</h1>" }, "answer 502 (<h1>Bad Gateway</h1>)"],
  ["a redirect", { status: 308, body: "elsewhere" }, "answer 308 (a redirect, which is not followed)"],
  ["a redirect as pages see it", { status: 0 }, "no answer (a redirect, which is not followed)"],
  ["a refused connection", refused, "no answer (connect ECONNREFUSED 127.0.0.1:9)"],
  ["a page without network", () => Promise.reject(new TypeError("Failed to fetch")), "no answer (Failed to fetch)"],
  ["an error that says nothing", () => Promise.reject(undefined), "no answer"],
]) {
  test(`${failure} is told with the URL, and that the events are kept`, async () => {
    const { client, wire, track, logs } = await onWire();
    wire.fallback = reply;
    track(1);
    await client.flush();
    assert.deepEqual(logs, [`audioscape: the events are kept: ${told} from ${URL_}`]);
  });
}

function refused() {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" });
  return Promise.reject(new TypeError("fetch failed", { cause }));
}

test("a request without an answer within 10 seconds is told so", async () => {
  const { wire, track, advance, logs } = await onWire();
  wire.fallback = NEVER;
  track(1);
  await advance(40);
  assert.deepEqual(logs, [`audioscape: the events are kept: no answer (none within 10 s) from ${URL_}`]);
});

test("the key is in no line, whoever repeats it and wherever a text is cut", async () => {
  const key = "secret-key-1234";
  for (let before = 170; before <= 210; before++) {
    const { client, wire, track, logs } = await onWire({ debug: true, onRejected: undefined });
    wire.replies = [
      { status: 422, body: { error: "x".repeat(before) + key } },
      { status: 500, body: key },
      () => Promise.reject(new Error(`header x-api-key: ${key}`)),
    ];
    client.track({ type: "note", metadata: { key } });
    for (let round = 0; round < 4; round++) {
      track(round);
      await client.flush();
    }
    assert.ok(logs.length > 8);
    for (const line of logs) assert.doesNotMatch(line, /secret|cret-/);
  }
});

test("what close() could not send is told", async () => {
  const { client, wire, track, logs, dropped } = await onWire();
  wire.fallback = { status: 500 };
  track(1, 2);
  await client.close();
  assert.match(logs.at(-1), /^audioscape: 2 events dropped \(shutdown\)/);
  assert.deepEqual(
    dropped.map(([events, reason]) => [events.length, reason]),
    [[2, "shutdown"]],
  );
});

test("a name of the wire in place of the SDK's own is told, once", async () => {
  const { client, logs } = await alone();
  for (let round = 0; round < 2; round++) client.track({ type: "x", asset_id: 5, player_id: "p" });
  assert.deepEqual(logs, [
    "audioscape: track ignores asset_id: here it is called assetId",
    "audioscape: track ignores player_id: here it is called playerId",
  ]);
});
