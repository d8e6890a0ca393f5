/** The README tells the truth: its examples run, and its tables are the code's. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { launch } from "./support/chromium.mjs";
import { install } from "./support/installed.mjs";
import { blocks, ENDPOINT, readme, section } from "./support/readme.mjs";
import { root, VARIABLES } from "./support/sdk.mjs";
import { startSite } from "./support/site.mjs";
import { needs, startFaultServer } from "./support/tools.mjs";
import { until } from "./support/until.mjs";
import { onWire } from "./support/wire.mjs";

const source = (module) => readFileSync(join(root, "src", `${module}.ts`), "utf8");
describe("examples in the README", needs("conformance", "python"), () => {
  let server;
  let user;
  before(async () => {
    server = await startFaultServer();
    user = install();
  });
  after(async () => {
    user.remove();
    await server.stop();
  });
  beforeEach(() => server.reset());

  for (const [index, code] of blocks("js").entries()) {
    test(`example ${index + 1} runs in Node, and its event arrives`, async () => {
      const file = join(user.folder, code.includes("require(") ? `example-${index}.cjs` : `example-${index}.mjs`);
      writeFileSync(file, code.replaceAll(ENDPOINT, server.events));
      const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", timeout: 20_000 });
      assert.equal(status, 0, stderr);
      assert.equal((await server.received()).stored.length, 1);
      // What an example prints stands behind it as a comment.
      const [, printed] = /console\.log\(client\.stats\); \/\/ (.*)/.exec(code) ?? [];
      if (printed) assert.equal(stdout.replace(/\s+/g, " ").trim(), printed);
    });
  }

  test("the page runs in Chromium, and what is heard on it arrives", needs("chromium"), async () => {
    const [html] = blocks("html");
    const site = await startSite(html.replaceAll(ENDPOINT, server.events));
    const chromium = await launch();
    try {
      const tab = await chromium.open(site.url);
      await tab.until("client.stats.tracked === 4");
      await tab.close();
      const stored = await until(async () => {
        const { stored: events } = await server.received();
        return events.length === 4 && events;
      });
      assert.deepEqual(
        stored.map((event) => event.type),
        ["play", "stop", "play", "stop"],
      );
    } finally {
      await chromium.stop();
      await site.stop();
    }
  });
});

describe("tables in the README", () => {
  /** The code's own constants: `options.ts`, built alone. */
  async function options() {
    const folder = mkdtempSync(join(tmpdir(), "audioscape-options-"));
    const outfile = join(folder, "options.mjs");
    buildSync({ entryPoints: [join(root, "src/options.ts")], bundle: true, format: "esm", outfile });
    try {
      return await import(pathToFileURL(outfile).href);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const rows = (title) =>
    Array.from(section(title).matchAll(/^\| `([^`]+)` \| (.*?) \| (.*) \|$/gm), ([, name, value, meaning]) => ({
      name,
      value,
      meaning,
    }));
  /** The members of an interface. */
  const members = (module, name) => {
    const body = source(module)
      .split(new RegExp(`interface ${name}\\b[^{]*\\{`))[1]
      .split("\n}")[0];
    return Array.from(body.matchAll(/^ {2}(\w+)\??:/gm), ([, member]) => member);
  };

  test("every option is documented, and no other", () => {
    const options = [
      ...members("options", "AnalyticsOptions"),
      ...members("options", "ClientOptions"),
      ...members("ledger", "Callbacks"),
    ];
    assert.deepEqual(
      rows("Options")
        .map((row) => row.name)
        .sort(),
      options.sort(),
    );
  });

  test("the defaults are the code's", async () => {
    const { DEFAULT_SETTINGS, DEFAULT_TIMEOUT_MS } = await options();
    const table = Object.fromEntries(rows("Options").map((row) => [row.name, row.value]));
    for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) assert.equal(table[name], `\`${value}\``, name);
    assert.equal(table.endpoint, "required");
    assert.match(section("Options"), new RegExp(`wait at most \`${DEFAULT_TIMEOUT_MS}\` ms`));
  });

  test("the bounds are the code's", async () => {
    for (const [name, low, high] of [
      ["batchInterval", 5, 300],
      ["maxBatchSize", 1, 500],
    ]) {
      const row = rows("Options").find((each) => each.name === name);
      assert.match(row.meaning, new RegExp(`${low} to ${high}`));
      for (const [wanted, used] of [
        [low - 1, low],
        [high + 1, high],
      ]) {
        const { client, logs } = await onWire({ maxQueueSize: 10_000 });
        client.configureAnalytics({ [name]: wanted });
        assert.match(logs[0], new RegExp(`${name} must be ${low} to ${high}, found ${wanted}; using ${used}`));
      }
    }
  });

  test("every reason for a loss is documented", () => {
    const reasons = Array.from(
      /type DropReason =(.*?);/s.exec(source("verdict"))[1].matchAll(/"(\w+)"/g),
      ([, reason]) => reason,
    );
    for (const reason of reasons) assert.ok(section("When the server is away").includes(`\`${reason}\``), reason);
  });

  test("the warnings it shows are what is logged", async () => {
    const { client, wire, logs, track } = await onWire();
    wire.replies = [
      { status: 401, body: { error: "Unauthorized" } },
      { status: 202, body: { errors: ['events[0]: vote events require value "up" or "down"'] } },
    ];
    track(1, 3);
    await client.flush();
    track(4);
    await client.flush();
    const other = await onWire({ endpoint: `${ENDPOINT}/api/` });
    other.wire.replies = [{ status: 404, body: { error: "Not Found" } }];
    other.track(1);
    await other.client.flush();
    const shown = section("When the server is away").match(/^audioscape: .*$/gm);
    assert.deepEqual(shown, [logs[0], other.logs[0], logs[1]]);
  });

  test("every variable of the environment is documented", () => {
    const names = source("environment").match(/AUDIOSCAPE_\w+/g);
    assert.deepEqual([...names].sort(), [...VARIABLES].sort());
    for (const name of names) assert.match(section("Settings from the environment"), new RegExp(`\\| \`${name}\` \\|`));
  });

  test("every method is documented", () => {
    const methods = Array.from(
      source("client").matchAll(/^ {2}(?:get )?([a-z]\w+)\(.*\{$/gm),
      ([, name]) => name,
    ).filter((name) => name !== "constructor");
    assert.ok(methods.length > 12);
    for (const name of methods) assert.match(readme, new RegExp(`\\b${name}\\b`), name);
  });
});
