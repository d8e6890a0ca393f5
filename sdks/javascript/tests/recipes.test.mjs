/** The recipes of the README, as they stand but for the server's address: type-checked, run, and what they track arrives. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { buildSync } from "esbuild";
import { launch } from "./support/chromium.mjs";
import { install } from "./support/installed.mjs";
import { blocks, ENDPOINT, section } from "./support/readme.mjs";
import { root } from "./support/sdk.mjs";
import { startSite } from "./support/site.mjs";
import { needs, startFaultServer } from "./support/tools.mjs";
import { until } from "./support/until.mjs";

const [express] = blocks("js", section("Recipes"));
const [react] = blocks("tsx", section("Recipes"));

describe("recipes in the README", needs("conformance", "python"), () => {
  let server;
  let user;
  before(async () => {
    server = await startFaultServer();
    user = install();
    lendPackages(join(root, "node_modules"), ["react", "react-dom", "@types/react"]);
  });
  after(async () => {
    await server.stop();
    user.remove();
  });
  beforeEach(() => server.reset());

  const stored = async () => (await server.received()).stored;
  const shape = (events) => events.map(({ type, asset_id: id, player_id: who }) => `${type} ${id} ${who}`);

  /** Makes packages of `home` (a node_modules folder) the user's own. */
  function lendPackages(home, names) {
    for (const name of names) {
      const place = join(user.folder, "node_modules", name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(resolve(home), name), place);
    }
  }

  for (const signal of ["SIGTERM", "SIGINT"]) {
    test(`Express: what requests leave arrives when the process is told to end by ${signal}`, async () => {
      const program = join(user.folder, "server.mjs");
      const announced = '.on("listening", () => console.log(server.address().port));';
      writeFileSync(program, express.replace("app.listen(3000);", `app.listen(0)${announced}`));
      provideExpress();
      const env = { ...process.env, AUDIOSCAPE_ENDPOINT: server.events, AUDIOSCAPE_API_KEY: "server-key" };
      const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
      let complaints = "";
      child.stderr.setEncoding("utf8").on("data", (text) => {
        complaints += text;
      });
      const ended = new Promise((done) => child.once("close", (code) => done(code)));
      try {
        const port = await new Promise((done, fail) => {
          child.stdout.setEncoding("utf8").once("data", done);
          child.once("close", () => fail(new Error(complaints)));
        });
        const { status } = await fetch(`http://127.0.0.1:${Number(port)}/heard`, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-Listener": "player-7" },
          body: JSON.stringify({ assetId: "1848354536", seconds: 12.5 }),
        });
        assert.equal(status, 204, complaints);
        assert.deepEqual(await stored(), []);
      } finally {
        child.kill(signal);
      }
      assert.equal(await ended, 0, complaints);
      assert.equal(complaints, "");
      const [event, ...more] = await stored();
      assert.deepEqual(
        [event.type, event.asset_id, event.player_id, event.duration],
        ["stop", "1848354536", "player-7", 12.5],
      );
      assert.deepEqual(more, []);
    });
  }

  /** The real one from the folder that EXPRESS names, else the stand-in. */
  function provideExpress() {
    const home = process.env.EXPRESS;
    const place = join(user.folder, "node_modules/express");
    if (existsSync(place)) return;
    if (home) {
      lendPackages(home, ["express"]);
    } else {
      mkdirSync(place);
      copyFileSync(join(root, "tests/support/express.mjs"), join(place, "index.mjs"));
      writeFileSync(join(place, "package.json"), JSON.stringify({ name: "express", exports: "./index.mjs" }));
    }
  }

  test("React: the hook and its component are typed strictly", () => {
    writeFileSync(join(user.folder, "jukebox.tsx"), react);
    const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
    const flags =
      "--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --noEmit --target es2022 --jsx react-jsx";
    const modules = "--module esnext --moduleResolution bundler --lib es2022,dom --types react";
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...`${flags} ${modules}`.split(" "), "jukebox.tsx"], {
      cwd: user.folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
  });

  describe("React, in Chromium", needs("chromium"), () => {
    let site;
    let chromium;
    before(async () => {
      chromium = await launch();
      site = await startSite(`<div id="root"></div><script>${bundle()}</script>`);
    });
    after(async () => {
      await chromium?.stop();
      await site?.stop();
    });

    /** The recipe on a page, in StrictMode, which makes and unmakes every effect once more than it seems. */
    function bundle() {
      writeFileSync(join(user.folder, "jukebox.tsx"), react.replaceAll(ENDPOINT, server.events));
      const code = `
        import { StrictMode } from "react";
        import { createRoot } from "react-dom/client";
        import { Jukebox } from "./jukebox";
        const tracks = [1001, 1002].map((assetId) => ({ assetId, src: "/tone.wav?seconds=30&of=" + assetId }));
        const root = createRoot(document.getElementById("root"));
        window.show = (playerId) =>
          root.render(<StrictMode><Jukebox playerId={playerId} tracks={tracks} /></StrictMode>);
        window.remove = () => root.unmount();
        window.press = (text) => [...document.querySelectorAll("button")].find((each) => each.textContent === text).click();
        show("player-7");
      `;
      writeFileSync(join(user.folder, "page.jsx"), code);
      const { outputFiles } = buildSync({
        absWorkingDir: user.folder,
        entryPoints: ["page.jsx"],
        bundle: true,
        write: false,
        format: "iife",
        jsx: "automatic",
        platform: "browser",
        // The development build, where StrictMode does its work.
        define: { "process.env.NODE_ENV": '"development"' },
      });
      return outputFiles[0].text.replaceAll("</script", "<\\/script");
    }

    const heard = (tab, assetId) =>
      tab.until(
        `document.querySelector("audio").src.endsWith("${assetId}") && document.querySelector("audio").currentTime > 0.2`,
      );

    test("one play and one end for each track, under StrictMode, also when the component goes", async () => {
      const tab = await chromium.open(site.url);
      await tab.until("document.querySelector('button')");
      await tab.evaluate("press('Play')");
      await heard(tab, 1001);
      await tab.evaluate("press('Skip')");
      await heard(tab, 1002);
      await tab.evaluate("remove()");
      await tab.close();
      const events = await until(async () => {
        const all = await stored();
        return all.length >= 4 && all;
      });
      assert.deepEqual(shape(events), [
        "play 1001 player-7",
        "skip 1001 player-7",
        "play 1002 player-7",
        "stop 1002 player-7",
      ]);
      assert.ok(events[1].duration > 0.1 && events[3].duration > 0.1);
    });

    test("another listener: the first one's track stops, and the next is his own", async () => {
      const tab = await chromium.open(site.url);
      await tab.until("document.querySelector('button')");
      await tab.evaluate("press('Play')");
      await heard(tab, 1001);
      await tab.evaluate("show('player-8')");
      await tab.until("document.querySelector('audio').paused");
      await tab.evaluate("press('Play')");
      await tab.until("!document.querySelector('audio').paused");
      await heard(tab, 1001);
      await tab.close();
      const events = await until(async () => {
        const all = await stored();
        return all.length >= 4 && all;
      });
      assert.deepEqual(shape(events), [
        "play 1001 player-7",
        "stop 1001 player-7",
        "play 1001 player-8",
        "stop 1001 player-8",
      ]);
    });
  });
});
