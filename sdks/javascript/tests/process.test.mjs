/** The end of a Node process: real processes, real signals, the real fault server. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { dist, root } from "./support/sdk.mjs";
import { needs, startFaultServer } from "./support/tools.mjs";
import { until } from "./support/until.mjs";

const KEY = "process-key-51d0";
const esm = pathToFileURL(join(dist, "esm/node.js")).href;
const cjs = join(dist, "cjs/node.js");

describe("a Node process", needs("conformance", "python"), () => {
  let server;
  before(async () => {
    server = await startFaultServer();
  });
  after(() => server.stop());
  beforeEach(() => server.reset());

  /** Runs `code` as a module, with `client` on the fault server. Ends it if it hangs. */
  function run(code, { endpoint = server.events, flags = [] } = {}) {
    const script = `
      import { AudioScape } from ${JSON.stringify(esm)};
      const options = { apiKey: ${JSON.stringify(KEY)}, endpoint: ${JSON.stringify(endpoint)} };
      const client = new AudioScape(options);
      // A hundred times faster than real time: a deadline of 10 s is 100 ms.
      const fastClock = {
        wall: () => Date.now() / 1000,
        monotonic: () => performance.now() * 100,
        after(milliseconds, callback, hold) {
          const timer = setTimeout(callback, milliseconds / 100);
          if (!hold) timer.unref();
          return () => clearTimeout(timer);
        },
      };
      const say = (text) => process.stdout.write(text + "\\n");
      ${code}`;
    const child = spawn(process.execPath, [...flags, "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: root,
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    let warned = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      warned += text;
    });
    const patience = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const ended = new Promise((resolve) => {
      child.once("close", (code_, signal) => {
        clearTimeout(patience);
        resolve({ code: code_, signal, said, warned });
      });
    });
    return {
      ended,
      kill: (signal) => child.kill(signal),
      said: (text) => until(() => said.includes(text), `the process says "${text}": ${warned}`),
    };
  }

  const stored = async () => (await server.received()).stored.map((event) => Number(event.asset_id));

  test("that runs out of work sends what waits, and its exit code stays", async () => {
    for (const code of [0, 3]) {
      await server.reset();
      const { code: found, warned } = await run(
        `process.exitCode = ${code}; for (let i = 1; i <= 60; i++) client.trackPlay(i, 7, 1);`,
      ).ended;
      assert.equal(found, code, warned);
      assert.deepEqual(
        await stored(),
        Array.from({ length: 60 }, (_, index) => index + 1),
      );
    }
  });

  test("is not held by timers (bug 16)", async () => {
    const { code, said } = await run(`
      await client.flush();
      client.trackPlay(1);
      process.once("beforeExit", () => say("idle with " + client.stats.queued));
    `).ended;
    assert.equal(code, 0);
    assert.match(said, /idle with 1/);
    assert.deepEqual(await stored(), [1]);
  });

  test("with a dead collector ends after three attempts, warns without the key, and keeps its exit code (bug 5)", async () => {
    const { code, said, warned } = await run(
      `let attempts = 0;
       const counted = new AudioScape({ ...options, transport: (url, request) => (attempts++, fetch(url, request)) });
       counted.trackPlay(1);
       process.on("exit", () => say("attempts " + attempts));`,
      { endpoint: server.refused },
    ).ended;
    assert.equal(code, 0);
    assert.match(said, /attempts 3\n/);
    assert.match(warned, /audioscape: the events are kept: no answer \(.*ECONNREFUSED.*\) from http/);
    assert.match(warned, /audioscape: 1 event dropped \(shutdown\)/);
    assert.ok(!warned.includes(KEY));
  });

  test("that runs out of work with a hung collector ends at the deadline, and what it could not send is counted and told (bug 5)", async () => {
    await server.script([], { fault: "hang" });
    const { code, said, warned } = await run(`
      let attempts = 0;
      const slow = new AudioScape({
        ...options,
        clock: fastClock,
        transport: (url, request) => (attempts++, fetch(url, request)),
        onDropped: (events, reason) => say("lost " + events.length + " " + reason),
      });
      slow.trackPlay(1);
      slow.trackPlay(2);
      process.exitCode = 4;
      process.on("exit", () => say(attempts + " attempt " + JSON.stringify(slow.stats)));
    `).ended;
    assert.equal(code, 4);
    assert.match(said, /lost 2 shutdown\n1 attempt .*"queued":0,"droppedBy":\{"shutdown":2\}/);
    assert.match(warned, /audioscape: 2 events dropped \(shutdown\)/);
  });

  test("that tracks again whatever it loses ends all the same", async () => {
    const { code, said } = await run(
      `const stubborn = new AudioScape({ ...options, onDropped: (events) => events.forEach((event) => stubborn.track(event)) });
       stubborn.trackPlay(1);
       process.on("exit", () => say(JSON.stringify(stubborn.stats)));`,
      { endpoint: server.refused },
    ).ended;
    assert.equal(code, 0);
    assert.match(said, /"accepted":0/);
  });

  test("that finds new work at its end, after a success, sends what comes of it too", async () => {
    const { code } = await run(`
      client.trackPlay(1);
      let more = 3;
      process.on("beforeExit", () => --more > 0 && setTimeout(() => client.trackPlay(10 + more), 1));
    `).ended;
    assert.equal(code, 0);
    assert.deepEqual(await stored(), [1, 12, 11]);
  });

  test("with a hung collector ends at the deadline (bugs 4 and 5)", async () => {
    const { code, said } = await run(`
      const slow = new AudioScape({ ...options, clock: fastClock, transport: () => new Promise(() => {}) });
      slow.trackPlay(1);
      await slow.close();
      say("closed " + JSON.stringify(slow.stats.droppedBy));
    `).ended;
    assert.equal(code, 0);
    assert.match(said, /closed \{"shutdown":1\}/);
  });

  test("that awaits a flush is held until its deadline, and no longer", async () => {
    const { code, said } = await run(`
      const deaf = new AudioScape({ ...options, transport: () => new Promise(() => {}) });
      deaf.trackPlay(1);
      say("flushed " + (await deaf.flush({ timeoutMs: 200 })));
      process.exit(0);
    `).ended;
    assert.equal(code, 0);
    assert.match(said, /flushed false/);
  });

  for (const signal of ["SIGTERM", "SIGINT"]) {
    test(`on ${signal} sends what waits, then dies of ${signal} as it would have (bug 16)`, async () => {
      const child = run(`client.trackPlay(1); setInterval(() => {}, 1000); say("ready");`);
      await child.said("ready");
      child.kill(signal);
      const ended = await child.ended;
      assert.equal(ended.signal, signal);
      assert.deepEqual(await stored(), [1]);
    });

    test(`on ${signal} with a listener of its own decides for itself; close() there loses nothing (bug 16)`, async () => {
      const child = run(`
      client.trackPlay(1);
      process.on("${signal}", async () => {
        say("asked to end");
        client.trackStop(2);
        await client.close();
        say(JSON.stringify(client.stats));
        setTimeout(() => process.exit(5), 200);
      });
      setInterval(() => {}, 1000);
      say("ready");`);
      await child.said("ready");
      child.kill(signal);
      const { code, said } = await child.ended;
      assert.equal(code, 5);
      assert.match(said, /"accepted":2,/);
      assert.equal(said.split("asked to end").length, 2, "the signal came twice");
      assert.deepEqual((await stored()).sort(), [1, 2]);
    });

    test(`on ${signal} with a listener for one time, added before ours, is not killed either (bug 16)`, async () => {
      const child = run(`
      process.once("${signal}", () => {
        say("cleaning up");
        const wait = setInterval(() => {
          if (client.stats.queued) return;
          clearInterval(wait);
          setTimeout(() => process.exit(6), 100);
        }, 5);
      });
      client.trackPlay(1);
      setInterval(() => {}, 1000);
      say("ready");`);
      await child.said("ready");
      child.kill(signal);
      const ended = await child.ended;
      assert.deepEqual([ended.code, ended.signal], [6, null]);
      assert.deepEqual(await stored(), [1]);
    });

    test(`with the package loaded twice, as ESM and CommonJS, still dies of ${signal}`, async () => {
      const child = run(`
      import { createRequire } from "node:module";
      const { AudioScape: Other } = createRequire("/")(${JSON.stringify(cjs)});
      if (Other === AudioScape) throw new Error("not loaded twice");
      const other = new Other(options);
      client.trackPlay(1);
      other.trackPlay(2);
      setInterval(() => {}, 1000);
      say("ready");`);
      await child.said("ready");
      child.kill(signal);
      const ended = await child.ended;
      assert.equal(ended.signal, signal);
      assert.deepEqual((await stored()).sort(), [1, 2]);
    });

    test(`on ${signal} with a hung collector dies of it at the deadline, and tells what it could not send`, async () => {
      const child = run(`
        const slow = new AudioScape({ ...options, clock: fastClock, transport: () => new Promise(() => {}) });
        slow.trackPlay(1);
        setInterval(() => {}, 1000);
        say("ready");`);
      await child.said("ready");
      child.kill(signal);
      const ended = await child.ended;
      assert.equal(ended.signal, signal);
      assert.match(ended.warned, /audioscape: 1 event dropped \(shutdown\)/);
    });

    /** Tells of each signal, once its listeners were called, without being a listener. */
    const telling = `
      let now = 0;
      performance.now = () => now;
      let signals = 0;
      let release;
      const { emit } = process;
      process.emit = function (name, ...rest) {
        const heard = emit.call(this, name, ...rest);
        if (name === "${signal}") onSignal(++signals);
        return heard;
      };
      const slow = new AudioScape({
        ...options,
        // Nothing ends by waiting.
        clock: { wall: () => Date.now() / 1000, monotonic: () => now, after: () => () => {} },
        onDropped: (events, reason) => say("lost " + events.length + " " + reason),
        transport: (url, request) => new Promise((resolve) => {
          release = () => resolve(fetch(url, request));
          say("asked");
        }),
      });
      slow.trackPlay(1);
      setInterval(() => {}, 1000);
      say("ready");`;

    test(`on ${signal} twice at once, as npm hands it on, sends what waits`, async () => {
      const child = run(`${telling}
        function onSignal(nth) {
          now = 999;
          if (nth === 2) release();
        }`);
      await child.said("ready");
      child.kill(signal);
      await child.said("asked");
      child.kill(signal);
      assert.equal((await child.ended).signal, signal);
      assert.deepEqual(await stored(), [1]);
    });

    test(`on ${signal} once more, a second later, ends at once and tells what it could not send`, async () => {
      const child = run(`${telling}
        function onSignal() {
          now = 1000;
        }`);
      await child.said("ready");
      child.kill(signal);
      await child.said("asked");
      child.kill(signal);
      const ended = await child.ended;
      assert.equal(ended.signal, signal);
      assert.match(ended.said, /lost 1 shutdown/);
    });

    test(`on ${signal} with signal-exit in the process sends what waits, then its hooks run and it dies of ${signal}`, async () => {
      const child = run(`
        import { onExit } from "signal-exit";
        onExit((code, name) => {
          say("hook " + name + " with " + client.stats.accepted);
        });
        client.trackPlay(1);
        setInterval(() => {}, 1000);
        say("ready");`);
      await child.said("ready");
      child.kill(signal);
      const ended = await child.ended;
      assert.equal(ended.signal, signal);
      assert.equal(ended.said, `ready\nhook ${signal} with 1\n`);
    });
  }

  test("has no listener of ours while nothing waits", async () => {
    const { said } = await run(`
      const listeners = () =>
        ["SIGTERM", "SIGINT", "beforeExit"].reduce((sum, name) => sum + process.listenerCount(name), 0);
      const idle = listeners();
      client.trackPlay(1);
      const busy = listeners();
      await client.flush();
      say([idle, busy - idle, listeners()].join(" "));
    `).ended;
    assert.match(said, /^0 3 0\n/);
  });

  test("forgets a client that nobody holds any more (bug 7)", async () => {
    const { said, warned } = await run(
      `const clients = [];
       for (let i = 0; i < 20; i++) {
         const one = new AudioScape({ ...options, clock: fastClock });
         one.createPlayer({ audio: Object.assign(new EventTarget(), { pause() {} }) }).destroy();
         one.trackPlay(1);
         await one.flush();
         clients.push(new WeakRef(one));
       }
       const kept = () => clients.filter((ref) => ref.deref()).length;
       for (let tries = 0; kept() > 1 && tries < 500; tries++) {
         await new Promise((resolve) => setTimeout(resolve, 10));
         gc();
       }
       say("kept " + kept());
       process.exit(0);`,
      { flags: ["--expose-gc"] },
    ).ended;
    assert.match(said, /kept [01]\n/, warned);
  });
});
