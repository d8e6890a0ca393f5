/** Plays one scenario of sdks/conformance/scenarios.json; the format stands in the README there. */
import assert from "node:assert/strict";
import { Harness } from "./harness.mjs";
import { FakeMedium } from "./medium.mjs";

const POISON = {
  "nan-duration": (client) => client.trackPlay(901, 7, Number.NaN),
  "infinite-duration": (client) => client.trackPlay(901, 7, Number.POSITIVE_INFINITY),
  "nan-id": (client) => client.trackPlay(Number.NaN, 7, 1),
  "function-id": (client) => client.trackPlay(() => 901, 7, 1),
  "no-type": (client) => client.track({ assetId: 901 }),
  "nan-metadata": (client) => poison(client, { bad: Number.NaN, good: 1 }),
  cycle(client) {
    const metadata = { good: 1 };
    metadata.self = metadata;
    poison(client, metadata);
  },
  "nested-metadata": (client) => poison(client, { good: 1, deep: { a: 1 } }),
  "eleven-keys": (client) =>
    poison(
      client,
      Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${String(11 - i).padStart(2, "0")}`, 1])),
    ),
  "long-id": (client) => client.trackPlay(901, "x".repeat(300), 1),
  huge: (client) => poison(client, { big: "x".repeat(2 ** 20) }),
  "bad-text": (client) => client.trackPlay(901, "a\ud800b", 1),
};

const poison = (client, metadata) => client.track({ type: "poison", assetId: 901, metadata });

/** How the positional methods take the named arguments of a `call`. */
const CALLS = {
  trackPlay: (a) => [a.assetId, a.playerId, a.duration],
  trackStop: (a) => [a.assetId, a.playerId, a.listened],
  trackSkip: (a) => [a.assetId, a.playerId, a.listened],
  trackVote: (a) => [a.assetId, a.value, a.playerId],
  trackFavorite: (a) => [a.assetId, a.playerId],
  trackUnfavorite: (a) => [a.assetId, a.playerId],
  trackAddToQueue: (a) => [a.assetId, a.playerId],
  trackSearchClick: (a) => [a.assetId, a.playerId, a.query, a.rank],
  track: (a) => [a],
};

const CALLBACKS = {
  record: () => ({}),
  none: () => ({ record: false }),
  throw: () => ({
    onRejected() {
      throw new Error("from onRejected");
    },
    async onDropped() {
      throw new Error("from onDropped");
    },
  }),
  track: () => ({
    onRejected(event, _message, client) {
      const number = Number(event.assetId);
      if (number < 900) trackNumbered(client, number + 900);
    },
  }),
};

/** Odd-numbered events pass all but the first. */
const onEven = (act) => (event) => (event.assetId % 2 ? event : act(event));
const HOOKS = {
  edit: (event) => ({ ...event, playerId: "someone", metadata: { edited: true } }),
  drop: onEven(() => null),
  throw: onEven(() => {
    throw new Error("from beforeSend");
  }),
  nonsense: onEven(() => 5),
  spoil: onEven((event) => ({ ...event, type: "" })),
};

export async function play(scenario, { clock, apiKey }, server) {
  await server.reset();
  const { endpoint = "server", rng = 0, callbacks = "record", beforeSend, ...options } = scenario.client ?? {};
  const endpoints = {
    server: server.events,
    padded: ` \t${server.events}\r\n`,
    refused: server.refused,
    unresolvable: "http://fault.invalid",
  };
  const harness = await Harness.create(
    server,
    { apiKey, endpoint: endpoints[endpoint], rng: () => rng, beforeSend: HOOKS[beforeSend], ...options },
    { wall: clock.wall, ...CALLBACKS[callbacks]() },
  );
  const run = new Run(harness, server, options.maxQueueSize ?? 500);
  for (const [index, step] of scenario.steps.entries()) {
    const [[name, argument]] = Object.entries(step);
    try {
      await run[name](argument);
      await harness.settle();
      await run.checkInvariants();
    } catch (error) {
      error.message = `step ${index + 1} ${JSON.stringify(step).slice(0, 200)}: ${error.message}`;
      throw error;
    }
  }
  await run.close({ timeout: 10 });
  for (const line of [...harness.logs, ...harness.debugLines]) {
    assert.ok(!line.includes(apiKey.trim()), "a log line holds the key");
  }
}

/** The steps, each a method of its name. */
class Run {
  #closing;

  constructor(harness, server, maxQueueSize) {
    this.harness = harness;
    this.server_ = server;
    this.client = harness.client;
    this.maxQueueSize = maxQueueSize;
  }

  server(replies) {
    return this.server_.script(replies);
  }

  serverDefault(reply) {
    return this.server_.script(undefined, reply);
  }

  serverDown(down) {
    return down ? this.server_.down() : this.server_.up();
  }

  release() {
    return this.server_.release();
  }

  async construct({ endpoint = "server", fails, ...options }) {
    const { apiKey } = options;
    const endpoints = { server: this.server_.events, none: undefined, blank: " \t" };
    const construct = () => this.harness.construct({ ...options, endpoint: endpoints[endpoint] });
    if (!fails) return construct().close();
    assert.throws(construct, (error) => {
      assert.ok(error instanceof TypeError);
      for (const part of fails) assert.ok(error.message.includes(part), `${error.message}: without ${part}`);
      assert.ok(!apiKey?.trim() || !error.message.includes(apiKey.trim()), "the error holds the key");
      return true;
    });
  }

  register(superProperties) {
    this.client.register(superProperties);
  }

  unregister(name) {
    this.client.unregister(name);
  }

  setEnabled(enabled) {
    this.client.setEnabled(enabled);
  }

  configure(options) {
    this.maxQueueSize = options.maxQueueSize ?? this.maxQueueSize;
    this.client.configureAnalytics(options);
  }

  track([first, last]) {
    for (let number = first; number <= last; number++) trackNumbered(this.client, number);
  }

  call([method, named]) {
    this.client[method](...CALLS[method](named));
  }

  poison(name) {
    POISON[name](this.client);
  }

  advance(seconds) {
    return this.harness.advance(seconds);
  }

  async flush({ timeout = 10, returns }) {
    const result = await this.harness.outcome(this.client.flush({ timeoutMs: timeout * 1000 }), timeout);
    if (returns !== undefined) assert.equal(result, returns, "flush returned");
  }

  async close({ timeout = 10, background = false }) {
    const closing = this.client.close({ timeoutMs: timeout * 1000 });
    this.#closing = { closing, timeout };
    if (!background) await this.closed();
  }

  async closed() {
    await this.harness.outcome(this.#closing.closing, this.#closing.timeout);
  }

  async concurrent({ producers, each, flushes }) {
    const yieldNow = () => new Promise((resolve) => setImmediate(resolve));
    const produce = async (producer) => {
      for (let number = 1; number <= each; number++) {
        trackNumbered(this.client, 10_000 * producer + number);
        if (number % (producer + 2) === 0) await yieldNow();
      }
    };
    const flush = async () => {
      for (let count = 0; count < flushes; count++) await this.client.flush();
    };
    const all = Promise.all([...Array.from({ length: producers }, (_, index) => produce(index + 1)), flush()]);
    await this.harness.outcome(all, 0);
    await this.harness.outcome(this.client.flush(), 10);
  }

  player(command) {
    if (command === "create") {
      this.medium = new FakeMedium(this.harness.clock);
      this.player_ = this.client.createPlayer({ playerId: 7, audio: this.medium });
    } else if (command.queue) {
      this.player_.queue(command.queue.map((track) => ({ ...track, src: `track:${track.assetId}` })));
    } else {
      this.player_[command]();
    }
  }

  media(event) {
    // `looped` is told where the track ends: the queue's length is what the element would know.
    const act = {
      started: () => this.medium.started(217),
      ended: () => this.medium.ends(),
      looped: () => this.medium.loops(),
      failed: () => this.medium.fails(),
    };
    act[event]();
  }

  async expect(expected) {
    const { harness } = this;
    const received = await this.server_.received();
    const { requests, stored } = received;
    const last = requests.at(-1);
    const check = {
      requests: () => requests.length,
      attempts: () => harness.attempts,
      batches: () => requests.map((request) => ranges(request.events)).map(([range]) => range),
      stored: () => ranges(stored),
      storedEvents: () => stored,
      timestamps: () => stored.map((event) => event.timestamp),
      sent: () => last.events,
      keys: () => new Set(requests.map((request) => request.key)).size,
      rejected: () => harness.rejected.map(([event, message]) => [Number(event?.assetId), message]),
      drops: () => sums(harness.drops),
      logs: () => harness.logs.length,
      held: () => received.held,
    };
    for (const [name, value] of Object.entries(expected)) {
      if (name === "stats") assert.deepEqual(pick(this.client.stats, value), value, "stats");
      else if (name === "headers") checkHeaders(last.headers, value);
      else if (name === "identical") checkIdentical(requests, value);
      else if (name === "storedOnce") checkStoredOnce(stored, value);
      else if (name === "logged") checkLines(harness.logs, value, this.server_.events);
      else if (name === "debugged") checkDebug(harness.debugLines, value, this.server_.events);
      else if (name === "unlogged") checkAbsent([...harness.logs, ...harness.debugLines], value);
      else if (name === "rejected") checkRejected(check.rejected(), value);
      else assert.deepEqual(check[name](), value, name);
    }
  }

  async checkInvariants() {
    const { accepted, rejected, dropped, queued, tracked, droppedBy } = this.client.stats;
    assert.equal(accepted + rejected + dropped + queued, tracked, "the counters do not add up");
    assert.equal(
      Object.values(droppedBy).reduce((sum, count) => sum + count, 0),
      dropped,
      "droppedBy does not add up",
    );
    assert.ok(queued <= this.maxQueueSize, `${queued} queued`);
    const { overlapped, misused } = await this.server_.received();
    assert.equal(overlapped, false, "two requests at a time");
    assert.equal(misused, 0, "a key came back with another body");
  }
}

function trackNumbered(client, number) {
  client.trackPlay(number, 7, number);
}

function ranges(events) {
  const found = [];
  for (const number of events.map((event) => Number(event.asset_id))) {
    const range = found.at(-1);
    if (range && number === range[1] + 1) range[1] = number;
    else found.push([number, number]);
  }
  return found;
}

function sums(drops) {
  const found = {};
  for (const [events, reason] of drops) found[reason] = (found[reason] ?? 0) + events.length;
  return found;
}

const pick = (object, like) => Object.fromEntries(Object.keys(like).map((key) => [key, object[key]]));

function checkHeaders(headers, expected) {
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) assert.equal(headers[name], undefined, name);
    else if (typeof value === "string") assert.equal(headers[name], value, name);
    else assert.match(headers[name] ?? "", new RegExp(`^(?:${value.matches})$`), name);
  }
}

function checkIdentical(requests, groups) {
  const seen = groups.map((group) => {
    const sent = group.map((index) => `${requests[index].key} ${requests[index].body}`);
    assert.equal(new Set(sent).size, 1, `requests ${group} are not the same bytes under the same key`);
    return requests[group[0]].key;
  });
  assert.equal(new Set(seen).size, groups.length, "two batches share a key");
}

function checkStoredOnce(stored, { producers, each }) {
  for (let producer = 1; producer <= producers; producer++) {
    const numbers = stored.map((event) => Number(event.asset_id)).filter((n) => Math.floor(n / 10_000) === producer);
    assert.deepEqual(
      numbers,
      Array.from({ length: each }, (_, index) => 10_000 * producer + index + 1),
    );
  }
}

function checkRejected(found, expected) {
  assert.equal(found.length, expected.length, `rejected ${JSON.stringify(found)}`);
  for (const [index, [number, message]] of expected.entries()) {
    if (number !== null) assert.equal(found[index][0], number);
    if (message !== null) assert.equal(found[index][1], message);
  }
}

/** Whether a line holds all of these. */
const holds = (line, parts, server) =>
  parts.every((part) => line.includes(part.replace("{url}", `${server}/analytics/v1/analytics`)));

function checkLines(lines, expected, server) {
  assert.equal(lines.length, expected.length, `logged ${JSON.stringify(lines)}`);
  for (const [index, parts] of expected.entries()) {
    assert.ok(holds(lines[index], parts, server), `${lines[index]}: without one of ${parts}`);
  }
}

function checkDebug(lines, expected, server) {
  if (!expected.length) assert.deepEqual(lines, []);
  let next = 0;
  for (const line of lines) if (next < expected.length && holds(line, expected[next], server)) next++;
  assert.equal(next, expected.length, `no line with ${expected[next]} in ${JSON.stringify(lines)}`);
}

function checkAbsent(lines, texts) {
  for (const text of texts) assert.ok(!lines.some((line) => line.includes(text)), `${text} is logged`);
}
