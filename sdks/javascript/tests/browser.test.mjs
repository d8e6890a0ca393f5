/** In a real Chromium, with the script-tag bundle, against the fault server on another origin. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch } from "./support/chromium.mjs";
import { startSite } from "./support/site.mjs";
import { needs, startFaultServer } from "./support/tools.mjs";
import { until } from "./support/until.mjs";

describe("in Chromium", needs("chromium", "conformance", "python"), () => {
  let server;
  let site;
  let chromium;
  let tabs;

  before(async () => {
    [server, site, chromium] = await Promise.all([startFaultServer(), startSite(), launch()]);
  });
  after(() => Promise.all([chromium?.stop(), site?.stop(), server?.stop()]));
  beforeEach(async () => {
    tabs = [];
    await server.reset();
  });
  afterEach(async () => {
    for (const tab of tabs) {
      // What still waits on the page would leave with it, into the next test.
      await tab.evaluate("window.fetch = () => new Promise(() => {})").catch(() => {});
      await tab.close().catch(() => {});
    }
  });

  /** A tab with `client` in its page. */
  async function open(options = {}, url = site.url) {
    const tab = await chromium.open(url);
    tabs.push(tab);
    await tab.evaluate(
      (settings) => {
        window.logs = [];
        // Seconds by which the SDK's clock is ahead: what must or must not be counted is told apart by minutes, not by milliseconds.
        window.skew = 0;
        window.options = {
          apiKey: "browser-key",
          logger: (line) => window.logs.push(line),
          clock: {
            wall: () => Date.now() / 1000,
            monotonic: () => performance.now() + window.skew * 1000,
            after(milliseconds, callback) {
              const timer = setTimeout(callback, milliseconds);
              return () => clearTimeout(timer);
            },
          },
          ...settings,
        };
        window.client = new AudioScape(window.options);
        window.fetched = [];
        const { fetch } = window;
        window.fetch = (url, request) => {
          window.fetched.push({ bytes: request.body.length, keepalive: request.keepalive });
          return fetch(url, request);
        };
        window.trackAll = (first, last, text) => {
          for (let number = first; number <= last; number++) {
            window.client.track({ type: "note", assetId: number, metadata: { text } });
          }
        };
        addEventListener("pageshow", (event) => {
          if (event.persisted) window.cameBack = (window.cameBack ?? 0) + 1;
        });
      },
      { endpoint: server.events, ...options },
    );
    return tab;
  }

  const blank = async () => {
    const tab = await chromium.open(`${site.url}other`);
    tabs.push(tab);
    return tab;
  };
  const stored = async () => (await server.received()).stored;
  const numbers = (events) => events.map((event) => Number(event.asset_id));
  const upTo = (last) => Array.from({ length: last }, (_, index) => index + 1);
  const stats = (tab) => tab.evaluate("client.stats");
  const storedCount = (count) => until(async () => (await stored()).length >= count, `${count} events stored`);

  test("a page sends with its key in a header, after a CORS preflight", async () => {
    const tab = await open();
    assert.equal(await tab.evaluate("client.trackPlay(1, 7, 217), client.flush()"), true);
    const { requests, preflights } = await server.received();
    assert.equal(preflights, 1);
    assert.equal(requests.length, 1);
    assert.equal(requests[0].headers["x-api-key"], "browser-key");
    assert.equal(requests[0].headers["sec-fetch-mode"], "cors");
    assert.equal(requests[0].headers.cookie, undefined);
  });

  test("an insecure page works too: no crypto.randomUUID there", async () => {
    const tab = await open({}, site.insecureUrl);
    assert.equal(await tab.evaluate("isSecureContext"), false);
    assert.equal(await tab.evaluate("client.trackPlay(1), client.flush()"), true);
    assert.match(
      (await server.received()).requests[0].key,
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test("bodies over 1 KB are compressed", async () => {
    const tab = await open();
    await tab.evaluate("trackAll(1, 40, 'some text')");
    assert.equal(await tab.evaluate("client.flush()"), true);
    const { requests } = await server.received();
    assert.equal(requests[0].headers["content-encoding"], "gzip");
    assert.deepEqual(numbers(requests[0].events), upTo(40));
  });

  test("Retry-After is read across origins", async () => {
    await server.script([{ status: 429, headers: { "Retry-After": "100" } }]);
    const tab = await open();
    await tab.evaluate("client.trackPlay(1)");
    assert.equal(await tab.evaluate("client.flush()"), false);
    assert.equal(await tab.evaluate("client.flush()"), false);
    assert.equal((await server.received()).requests.length, 1);
  });

  test("a redirect is not followed: the key does not travel", async () => {
    await server.script([{ status: 307, headers: { Location: "/elsewhere" } }]);
    const tab = await open();
    await tab.evaluate("client.trackPlay(1)");
    assert.equal(await tab.evaluate("client.flush()"), false);
    assert.deepEqual(
      (await server.received()).requests.map((request) => request.path),
      ["/analytics/v1/analytics"],
    );
    assert.equal((await stats(tab)).queued, 1);
  });

  test("a hidden page sends at once, and the key still travels: no sendBeacon (bug 13)", async () => {
    const tab = await open();
    await tab.evaluate("trackAll(1, 3, 'x')");
    await blank();
    await tab.until("document.visibilityState === 'hidden'");
    await storedCount(3);
    const { requests } = await server.received();
    assert.equal(requests[0].headers["x-api-key"], "browser-key");
    assert.match(requests[0].headers["idempotency-key"], /^[0-9a-f-]{36}$/);
  });

  test("hide, show, hide never sends a delivered event again, and batching goes on (bug 11)", async () => {
    const tab = await open();
    await tab.evaluate("trackAll(1, 3, 'x')");
    const other = await blank();
    await storedCount(3);
    await tab.until("client.stats.accepted === 3");
    await tab.show();
    await tab.until("document.visibilityState === 'visible'");
    await other.show();
    await tab.until("document.visibilityState === 'hidden'");
    await tab.show();
    await tab.evaluate("trackAll(4, 5, 'x')");
    assert.equal(await tab.evaluate("client.flush()"), true);
    const { requests } = await server.received();
    assert.deepEqual(
      requests.map((request) => numbers(request.events)),
      [
        [1, 2, 3],
        [4, 5],
      ],
    );
    assert.deepEqual((await stats(tab)).accepted, 5);
  });

  test("hiding while a request is in the air does not send it a second time (bug 11)", async () => {
    await server.script([{ fault: "hold" }]);
    const tab = await open();
    await tab.evaluate("trackAll(1, 3, 'x'), void client.flush()");
    await until(async () => (await server.received()).held === 1);
    await tab.evaluate("trackAll(4, 4, 'x')");
    await blank();
    await storedCount(1);
    await server.release();
    await tab.until("client.stats.accepted === 4");
    const { requests } = await server.received();
    assert.deepEqual(
      requests.map((request) => numbers(request.events)),
      [[1, 2, 3], [4]],
    );
  });

  test("what is left at pagehide leaves with the page", async () => {
    const tab = await open();
    await tab.evaluate("trackAll(1, 120, 'x')");
    await tab.goTo(`${site.url}other`);
    await storedCount(120);
    assert.deepEqual(
      numbers(await stored()).sort((a, b) => a - b),
      upTo(120),
    );
  });

  test("pagehide sends within what browsers allow: under 64 KiB; the rest stays queued (bug 12)", async () => {
    const tab = await open();
    // 200 events of 1 KB: three times what is allowed. Twice, for what is in the air still counts.
    await tab.evaluate(
      "trackAll(1, 200, 'x'.repeat(1000)), dispatchEvent(new Event('pagehide')), dispatchEvent(new Event('pagehide'))",
    );
    const fetched = await tab.evaluate("fetched");
    const bytes = fetched.reduce((sum, request) => sum + request.bytes, 0);
    assert.ok(bytes > 50_000 && bytes <= 60_000, `${bytes} bytes in the air`);
    assert.ok(fetched.every((request) => request.keepalive));
    assert.equal(await tab.evaluate("client.flush()"), true);
    assert.deepEqual(
      numbers(await stored()).sort((a, b) => a - b),
      upTo(200),
    );
    // A request beyond the browser's own limit fails at once, and would have been logged.
    assert.deepEqual(await tab.evaluate("logs"), []);
  });

  test("many small batches stay under 15 requests (bug 12)", async () => {
    const tab = await open({ maxBatchSize: 1 });
    await tab.evaluate("trackAll(1, 40, 'x'), dispatchEvent(new Event('pagehide'))");
    assert.equal(await tab.evaluate("fetched.length"), 14);
    assert.equal(await tab.evaluate("client.flush()"), true);
    assert.deepEqual(
      numbers(await stored()).sort((a, b) => a - b),
      upTo(40),
    );
  });

  test("two clients on a page share the allowance (bug 12)", async () => {
    const tab = await open();
    await tab.evaluate(() => {
      window.second = new AudioScape(window.options);
      for (let number = 1; number <= 45; number++) {
        const event = { type: "note", assetId: number, metadata: { text: "x".repeat(1000) } };
        window.client.track(event);
        window.second.track(event);
      }
      dispatchEvent(new Event("pagehide"));
    });
    const bytes = await tab.evaluate("fetched.reduce((sum, request) => sum + request.bytes, 0)");
    assert.ok(bytes > 50_000 && bytes <= 60_000, `${bytes} bytes in the air`);
    assert.deepEqual(await tab.evaluate("Promise.all([client.flush(), second.flush()])"), [true, true]);
    // A request beyond the browser's own limit fails at once, and would have been logged.
    assert.deepEqual(await tab.evaluate("logs"), []);
    assert.equal((await stored()).length, 90);
  });

  test("a page that was offline sends what waits as soon as it is online", async () => {
    const tab = await open();
    await tab.offline(true);
    await tab.until("!navigator.onLine");
    // What DevTools cut off are not the requests that outlive a page: those need a server that is away.
    await server.down();
    assert.equal(await tab.evaluate("trackAll(1, 30, 'x'), client.flush()"), false);
    assert.match(await tab.evaluate("logs[0]"), /the events are kept: no answer \(Failed to fetch\) from http/);
    await server.up();
    await tab.offline(false);
    // Nothing is asked of the client: the next attempt by the clock would be in a minute.
    await storedCount(30);
    assert.deepEqual(numbers(await stored()), upTo(30));
  });

  test("a page closed while a request is in the air loses nothing", async () => {
    await server.script([{ fault: "hold" }]);
    const tab = await open();
    await tab.evaluate("trackAll(1, 3, 'x'), void client.flush()");
    const held = async () => (await server.received()).held === 1;
    await until(held);
    await tab.close();
    // A request that ended with its page would be gone by the time that others have been made.
    for (let page = 0; page < 3; page++) {
      await blank();
      assert.ok(await held(), "the request ended with its page");
    }
    await server.release();
    await storedCount(3);
    assert.equal((await server.received()).requests.length, 1);
  });

  test("a page back from the back/forward cache sends as before, without the limits of a closing page (bug 14)", async () => {
    const tab = await open();
    await tab.evaluate("trackAll(1, 2, 'x')");
    await tab.goTo(`${site.url}other`);
    await storedCount(2);
    await tab.evaluate("history.back()");
    await tab.until("window.cameBack === 1");
    await tab.evaluate("trackAll(3, 102, 'x'.repeat(1000))");
    assert.equal(await tab.evaluate("client.flush({timeoutMs: 15000})"), true);
    const { requests } = await server.received();
    assert.deepEqual(numbers(await stored()), upTo(102));
    assert.deepEqual(
      requests.map((request) => request.events.length),
      [2, 50, 50],
    );
    assert.equal(requests.at(-1).headers["content-encoding"], "gzip");
    const { tracked, accepted } = await stats(tab);
    assert.deepEqual([tracked, accepted], [102, 102]);
  });

  test("a page that closes while a batch is being compressed sends it as it is, once", async () => {
    const tab = await open();
    await tab.evaluate(async () => {
      window.trackAll(1, 40, "some text");
      const flushed = window.client.flush();
      await null;
      await null;
      dispatchEvent(new Event("pagehide"));
      window.flushed = await flushed;
    });
    const { requests } = await server.received();
    assert.equal(requests.length, 1);
    assert.equal(requests[0].headers["content-encoding"], undefined);
    assert.equal(await tab.evaluate("flushed"), true);
    assert.equal((await stats(tab)).accepted, 40);
  });

  describe("a player on a real audio element", () => {
    /** Tells the test's numbers for one track's events. */
    const shape = (events) => events.map(({ type, asset_id: id, player_id: who }) => `${type} ${id} ${who}`);
    /** The clock was put ahead by `skew` seconds while the track sounded, on top of the few it really sounded. */
    const heard = (event, skew) =>
      assert.ok(event.duration >= skew && event.duration < skew + 50, `${event.duration} s heard`);
    const listen = (tab, ...tracks) =>
      tab.evaluate((queue) => {
        window.audio = document.querySelector("audio");
        window.player = window.client.createPlayer({ playerId: 7, audio: window.audio });
        window.player.queue(queue);
        window.player.play();
      }, tracks);
    const track = (assetId, seconds) => ({ assetId, src: `/tone.wav?seconds=${seconds}` });

    test("a track that ends: play with its length, stop with the seconds heard; then the next", async () => {
      const tab = await open();
      await listen(tab, track(1001, 1), track(1002, 0.5));
      await tab.until("client.stats.tracked > 0");
      await tab.evaluate("skew += 100");
      await tab.until("client.stats.tracked === 4");
      await tab.evaluate("client.flush()");
      const events = await stored();
      assert.deepEqual(shape(events), ["play 1001 7", "stop 1001 7", "play 1002 7", "stop 1002 7"]);
      assert.deepEqual([events[0].duration, events[2].duration], [1, 0.5]);
      heard(events[1], 100);
      heard(events[3], 0);
    });

    for (const [how, leave] of [
      ["left for another", (tab) => tab.goTo(`${site.url}other`)],
      ["closed", (tab) => tab.close()],
      ["reloaded", (tab) => tab.evaluate("location.reload()")],
    ]) {
      test(`a page ${how} in the middle of a track: its stop arrives, with the seconds heard`, async () => {
        const tab = await open();
        await listen(tab, track(2001, 30));
        await tab.until("audio.currentTime > 0.5");
        // Its play is out already: nothing waits but what is being heard.
        await tab.evaluate("skew += 100, client.flush()");
        await leave(tab);
        await storedCount(2);
        const events = await stored();
        assert.deepEqual(shape(events), ["play 2001 7", "stop 2001 7"]);
        assert.equal(events[0].duration, 30);
        heard(events[1], 100);
      });
    }

    test("at pagehide the stop is in the air before the page is gone", async () => {
      const tab = await open();
      await listen(tab, track(2101, 30));
      await tab.until("client.stats.tracked === 1");
      await tab.evaluate("client.flush()");
      assert.equal(await tab.evaluate("dispatchEvent(new Event('pagehide')), fetched.length"), 2);
    });

    test("a page that is left begins no new play in the moment before it is frozen", async () => {
      const tab = await open();
      await listen(tab, track(2201, 30));
      await tab.until("client.stats.tracked === 1");
      const position = await tab.evaluate("dispatchEvent(new Event('pagehide')), audio.currentTime");
      await tab.until(`audio.currentTime > ${position} + 0.6`);
      assert.equal((await stats(tab)).tracked, 2);
    });

    test("a page that comes back from the cache and plays on: a new play, counted anew", async () => {
      const tab = await open();
      await listen(tab, track(3001, 30));
      await tab.until("audio.currentTime > 0.5");
      await tab.evaluate("skew += 100");
      await tab.goTo(`${site.url}other`);
      await storedCount(2);
      await tab.evaluate("history.back()");
      await tab.until("window.cameBack === 1");
      await tab.evaluate("skew += 1000, player.play()");
      await tab.until("client.stats.tracked === 3");
      await tab.evaluate("skew += 200, player.stop(), client.flush()");
      const events = await stored();
      assert.deepEqual(shape(events), ["play 3001 7", "stop 3001 7", "play 3001 7", "stop 3001 7"]);
      heard(events[3], 200);
    });

    test("pauses and seeks are not listened to", async () => {
      const tab = await open();
      await listen(tab, track(4001, 30));
      await tab.until("audio.currentTime > 0.5");
      await tab.evaluate("skew += 100, audio.pause()");
      await tab.until("audio.paused");
      await tab.evaluate(
        () =>
          new Promise((resolve) => {
            window.skew += 1000;
            window.audio.addEventListener("seeked", resolve);
            window.audio.currentTime = 20;
          }),
      );
      await tab.evaluate("audio.play()");
      await tab.until("audio.currentTime > 20.5");
      await tab.evaluate("skew += 200, player.skip(), client.flush()");
      const events = await stored();
      assert.deepEqual(shape(events), ["play 4001 7", "skip 4001 7"]);
      heard(events[1], 300);
    });

    test("a loop is stop and play again; a seek to the start is not", async () => {
      const tab = await open();
      await tab.evaluate("document.querySelector('audio').loop = true");
      await listen(tab, track(5001, 3));
      await tab.until("audio.currentTime > 0.5");
      await tab.evaluate("audio.currentTime = 0");
      await tab.until("audio.currentTime > 0.5");
      assert.equal((await stats(tab)).tracked, 1);
      await tab.until("client.stats.tracked >= 3");
      await tab.evaluate("player.stop(), client.flush()");
      assert.deepEqual(shape(await stored()).slice(0, 3), ["play 5001 7", "stop 5001 7", "play 5001 7"]);
    });

    test("a track that cannot be loaded tells nothing, and the next one plays", async () => {
      const tab = await open();
      await listen(tab, { assetId: 6001, src: "/broken.wav" }, track(6002, 0.5));
      await tab.until("client.stats.tracked === 2");
      await tab.evaluate("client.flush()");
      assert.deepEqual(shape(await stored()), ["play 6002 7", "stop 6002 7"]);
    });

    test("skip while loading tells nothing of the skipped track", async () => {
      const tab = await open();
      await tab.evaluate(
        (queue) => {
          window.audio = document.querySelector("audio");
          window.player = window.client.createPlayer({ playerId: 7, audio: window.audio });
          window.player.queue(queue);
          window.player.play();
          window.player.skip();
        },
        [track(7001, 30), track(7002, 0.5)],
      );
      await tab.until("client.stats.tracked === 2");
      await tab.evaluate("client.flush()");
      assert.deepEqual(shape(await stored()), ["play 7002 7", "stop 7002 7"]);
      assert.deepEqual(await tab.evaluate("logs"), []);
    });

    test("the page's own change of the element ends the track", async () => {
      const tab = await open();
      await listen(tab, track(8001, 30));
      await tab.until("audio.currentTime > 0.5");
      await tab.evaluate("skew += 100, audio.src = '/tone.wav?seconds=1', audio.play()");
      await tab.until("audio.currentTime > 0.2");
      await tab.evaluate("skew += 1000");
      await tab.until("audio.ended");
      await tab.evaluate("client.flush()");
      const events = await stored();
      assert.deepEqual(shape(events), ["play 8001 7", "stop 8001 7"]);
      heard(events[1], 100);
    });
  });
});
