import assert from "node:assert/strict";
import { test } from "node:test";
import { atLeast } from "../src/kit/wilson.ts";
import { isTrack } from "../src/pages/tracks/ids.ts";

test("an address names a track by an id that the API knows, and by nothing else", () => {
  for (const [text, is] of [
    ["1", true],
    ["007", true],
    ["9223372036854775807", true],
    ["9223372036854775808", false],
    ["9".repeat(10_000), false],
    ["0", false],
    ["000", false],
    ["", false],
    ["-1", false],
    ["1.5", false],
    ["1e3", false],
    ["0x1", false],
    [" 1", false],
    ["1\n", false],
    ["abc", false],
    ["\u0661", false],
  ] as const)
    assert.equal(isTrack(text), is, text.slice(0, 30));
});

test("the lower end of Wilson's interval is that of tables, and never more than the share", () => {
  // Newcombe (1998), table I, method 3.
  for (const [hits, all, low] of [
    [81, 263, 0.2553],
    [15, 148, 0.0624],
    [0, 20, 0],
    [1, 29, 0.0061],
  ] as const)
    assert.ok(Math.abs(atLeast(hits, all)! - low) < 5e-5, `${hits} of ${all}`);
  assert.equal(atLeast(0, 0), null);
  for (let all = 1; all < 60; all += 1)
    for (let hits = 0; hits <= all; hits += 1) {
      const low = atLeast(hits, all)!;
      assert.ok(low >= 0 && low <= hits / all);
      assert.ok(low <= atLeast(hits + 1, all + 1)!, "another hit never lowers it");
    }
});
