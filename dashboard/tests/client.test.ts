import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const boot = { session: { project: "p", csrf_token: "c" } };
Object.assign(globalThis, { document: { getElementById: () => ({ textContent: JSON.stringify(boot) }) } });
const { askAll, askAlong, Failure, isOver, onEnding } = await import("../src/api/client.ts");

/** A call that is on its way. */
interface Call {
  /** The questions in it. */
  readonly asked: readonly string[];
  /** Answers each question by itself, or all with one status. */
  readonly answer: (status?: number) => void;
}

const calls: Call[] = [];
globalThis.fetch = (path, init) =>
  new Promise((take, fail) => {
    const signal = init?.signal;
    signal?.addEventListener("abort", () => fail(signal.reason));
    const [name, query] = String(path).replace("/analytics/v1/", "").split("?");
    const asked = name === "batch" ? new URLSearchParams(query).getAll("ask") : [name!];
    const bodies = asked.map((each) => ({ of: each }));
    calls.push({
      asked,
      answer: (status = 200) => {
        const answers = bodies.map((body) => ({ status: 200, body }));
        const body = status === 200 ? (name === "batch" ? { answers } : bodies[0]) : { error: "no" };
        take(new Response(JSON.stringify(body), { status }));
      },
    });
  });

beforeEach(() => {
  calls.length = 0;
});

const staying = () => new AbortController().signal;
const failed = (ended: Promise<unknown>) =>
  ended.then(
    () => assert.fail("it was answered"),
    (error: unknown) => error,
  );
/** The next things that promises have to do are done. */
const settled = () => new Promise((done) => setImmediate(done));
const told = (of: string) => ({ status: 200, body: { of } });

test("who rides along costs no call, and each is told its own answer", async () => {
  const first = askAlong("count", staying());
  const second = askAlong("other", staying());
  const page = askAll(["a", "b"], staying());
  assert.deepEqual(
    calls.map(({ asked }) => asked),
    [["a", "b", "count", "other"]],
  );
  calls[0]!.answer();
  assert.deepEqual(await page, [told("a"), told("b")]);
  assert.deepEqual([await first, await second], [told("count"), told("other")]);
});

test("who finds no call asks alone after a second, once", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const count = askAlong("count", staying());
  context.mock.timers.tick(999);
  assert.equal(calls.length, 0);
  context.mock.timers.tick(1);
  calls[0]!.answer();
  assert.deepEqual(await count, told("count"));
  context.mock.timers.tick(5_000);
  assert.equal(calls.length, 1);
});

test("who rides with a call that the page gives up rides with the one that follows at once", async () => {
  const count = askAlong("count", staying());
  const left = new AbortController();
  const given = failed(askAll(["a"], left.signal));
  // It never answers. A page that asks for something else gives up what is on its way and asks in the same turn.
  left.abort();
  const page = askAll(["b"], staying());
  assert.deepEqual(
    calls.map(({ asked }) => asked),
    [
      ["a", "count"],
      ["b", "count"],
    ],
  );
  assert.equal(await given, left.signal.reason);
  calls[1]!.answer();
  assert.deepEqual(await page, [told("b")]);
  assert.deepEqual(await count, told("count"));
});

test("who has to wait anew for a call waits a whole second", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const count = askAlong("count", staying());
  context.mock.timers.tick(500);
  const left = new AbortController();
  const given = failed(askAll(["a"], left.signal));
  context.mock.timers.tick(400);
  left.abort();
  await given;
  context.mock.timers.tick(999);
  assert.equal(calls.length, 1);
  context.mock.timers.tick(1);
  assert.deepEqual(calls[1]!.asked, ["count"]);
  calls[1]!.answer();
  assert.deepEqual(await count, told("count"));
});

test("a call that was given up before it was made takes nobody along", async () => {
  const count = askAlong("count", staying());
  await failed(askAll(["a"], AbortSignal.abort()));
  assert.equal(calls.length, 0);
  const page = askAll(["b"], staying());
  calls[0]!.answer();
  assert.deepEqual([await page, await count], [[told("b")], told("count")]);
});

test("who has left is asked for no more: while it waits, and when the call that it rides with is given up", async () => {
  const left = new AbortController();
  void askAlong("waits", left.signal);
  left.abort();
  const rides = new AbortController();
  void askAlong("rides", rides.signal);
  const page = new AbortController();
  const given = failed(askAll(["a"], page.signal));
  rides.abort();
  page.abort();
  await given;
  void askAll(["b"], staying());
  assert.deepEqual(
    calls.map(({ asked }) => asked),
    [["a", "rides"], ["b"]],
  );
});

for (const [status, ending] of [
  [503, undefined],
  [412, "other project"],
  [401, "signed out"],
] as const)
  test(`who rides with a call that is refused by ${status} is refused by it, once`, async () => {
    const heard: string[] = [];
    const end = onEnding((each) => heard.push(each));
    const count = failed(askAlong("count", staying()));
    const page = failed(askAll(["a"], staying()));
    calls[0]!.answer(status);
    for (const error of [await page, await count]) {
      assert.ok(error instanceof Failure);
      assert.equal(error.status, status);
    }
    assert.deepEqual(heard, ending ? [ending] : []);
    assert.equal(isOver(), status === 401);
    await settled();
    assert.equal(calls.length, 1);
    end();
  });
