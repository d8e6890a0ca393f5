/** A missing tool is never mistaken for a passing test. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./support/sdk.mjs";

/** Runs the conformance tests where there is no Python. */
function withoutPython(env) {
  const flags = ["--test", "--test-reporter=tap", join(root, "tests/conformance.test.mjs")];
  // Without it the child is a test runner of its own, and not a part of this one.
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  return spawnSync(process.execPath, flags, { encoding: "utf8", env: { ...outer, PYTHON: "no-such-python", ...env } });
}

test("without a tool its tests say so and are skipped", () => {
  const { status, stdout } = withoutPython({ CI: "" });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /# SKIP no-such-python is not installed/);
});

test("with CI=true a missing tool is an error", () => {
  const { status, stdout } = withoutPython({ CI: "true" });
  assert.notEqual(status, 0);
  assert.match(stdout, /CI must run every test/);
});
