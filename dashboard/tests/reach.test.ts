/** A server that was away is asked again by itself: soon, then less often, and never by a tab that nobody sees. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const page = Object.assign(new EventTarget(), { hidden: false });
const browser = new EventTarget();
Object.assign(globalThis, { document: page, addEventListener: browser.addEventListener.bind(browser) });
const { isAway, keepAsking, noteReach, onReach, whenBack } = await import("../src/api/reach.ts");

/** The next things that promises have to do are done. */
const settled = () => new Promise((done) => setImmediate(done));
const online = () => browser.dispatchEvent(new Event("online"));
const show = (seen: boolean) => {
  page.hidden = !seen;
  page.dispatchEvent(new Event("visibilitychange"));
};

let asked = 0;
const ask = async () => {
  asked += 1;
};

beforeEach(() => {
  asked = 0;
  page.hidden = false;
});

test("only what says that the server is away is worth asking again by itself", () => {
  for (const [status, away] of [
    [0, true],
    [502, true],
    [503, true],
    [504, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [412, false],
    [429, false],
    [500, false],
  ] as const)
    assert.equal(isAway(status), away, String(status));
});

test("the pause between two looks grows to half a minute", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const stop = keepAsking(ask);
  for (const seconds of [2, 4, 8, 16, 30, 30]) {
    const before = asked;
    context.mock.timers.tick(seconds * 1_000 - 1);
    assert.equal(asked, before);
    context.mock.timers.tick(1);
    assert.equal(asked, before + 1, `${seconds} s`);
    await settled();
  }
  stop();
  context.mock.timers.tick(60_000);
  online();
  assert.equal(asked, 6);
});

test("a browser that is online again asks at once, and soon again", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const stop = keepAsking(ask);
  context.mock.timers.tick(2_000);
  await settled();
  online();
  assert.equal(asked, 2);
  await settled();
  context.mock.timers.tick(2_000);
  assert.equal(asked, 3);
  stop();
});

test("a tab asks nothing while it is hidden, and at once when it is seen", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const stop = keepAsking(ask);
  show(false);
  context.mock.timers.tick(120_000);
  online();
  assert.equal(asked, 0);
  show(true);
  assert.equal(asked, 1);
  await settled();
  context.mock.timers.tick(2_000);
  assert.equal(asked, 2);
  stop();
});

test("a question that is on its way is not asked a second time", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let answer = () => {};
  const stop = keepAsking(() => {
    asked += 1;
    return new Promise<void>((done) => {
      answer = done;
    });
  });
  context.mock.timers.tick(2_000);
  online();
  context.mock.timers.tick(60_000);
  assert.equal(asked, 1);
  stop();
  answer();
  await settled();
  context.mock.timers.tick(60_000);
  assert.equal(asked, 1);
});

for (const [name, statuses, acts] of [
  ["that was away and is back", [0, 503, 200], 1],
  ["that was away and refuses", [502, 404], 1],
  ["that was never away", [200, 200], 0],
] as const)
  test(`what is done when a server is back is done ${acts} times of one ${name}`, async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const left: number[] = [...statuses];
    globalThis.fetch = async () => {
      const status = left.shift();
      if (!status) throw new TypeError("no network");
      return new Response(null, { status });
    };
    let done = 0;
    const stop = whenBack(() => {
      done += 1;
    });
    for (let second = 0; second < 120; second += 1) {
      await settled();
      context.mock.timers.tick(1_000);
    }
    assert.equal(done, acts);
    assert.equal(left.length, acts ? 0 : 1);
    stop();
  });

test("it is told once that the server is away, and once that it is back", () => {
  const heard: boolean[] = [];
  const end = onReach((reached) => heard.push(reached));
  for (const now of [true, false, false, true, true]) noteReach(now);
  end();
  noteReach(false);
  noteReach(true);
  assert.deepEqual(heard, [false, true]);
});
