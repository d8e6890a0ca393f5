/** Every scenario of sdks/conformance against the real fault server. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { play } from "./support/scenario.mjs";
import { root } from "./support/sdk.mjs";
import { needs, startFaultServer } from "./support/tools.mjs";

const file = join(root, "../conformance/scenarios.json");
const suite = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { scenarios: [] };

/** What not every platform can do, and this one can. */
const ABILITIES = ["gzip", "manual-redirect"];

describe("conformance", needs("conformance", "python"), () => {
  let server;
  before(async () => {
    server = await startFaultServer();
  });
  after(() => server.stop());

  for (const scenario of suite.scenarios) {
    const missing = scenario.needs?.filter((ability) => !ABILITIES.includes(ability)) ?? [];
    const options = { skip: missing.length > 0 && `this SDK cannot ${missing}` };
    test(`${scenario.name}: ${scenario.title}`, options, () => play(scenario, suite, server));
  }

  test("all 34 promises have a scenario", () => {
    const promises = new Set(suite.scenarios.map(({ scenario }) => scenario));
    assert.deepEqual(
      [...promises].sort((a, b) => a - b),
      Array.from({ length: 34 }, (_, index) => index + 1),
    );
  });
});
