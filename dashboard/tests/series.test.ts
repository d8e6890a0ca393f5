import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketsOf } from "../src/pages/series.ts";

const hours = (...labels: string[]) =>
  bucketsOf(
    labels.map((label) => ({ start: label, label })),
    "hour",
  );

test("an hour that comes twice is told apart by its offset, and no other is", () => {
  const long = hours(
    "2026-11-01T00:00-04:00",
    "2026-11-01T01:00-04:00",
    "2026-11-01T01:00-05:00",
    "2026-11-01T02:00-05:00",
  ).map((bucket) => bucket.long.replace(/^.*, /, ""));
  assert.deepEqual(long, ["00:00", "01:00 (UTC-04:00)", "01:00 (UTC-05:00)", "02:00"]);
});
