import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketsOf, openFrom } from "../src/pages/series.ts";

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

const open = (interval: "hour" | "day" | "week" | "month", now: string, zone: string, ...buckets: [string, string][]) =>
  openFrom(
    buckets.map(([start, label]) => ({ start, label })),
    interval,
    Date.parse(now),
    zone,
  );

test("a bucket is open until its last day has ended where the project is", () => {
  const berlin: [string, string][] = [
    ["2026-10-23T22:00:00Z", "2026-10-24"],
    ["2026-10-24T22:00:00Z", "2026-10-25"],
  ];
  assert.equal(open("day", "2026-10-24T21:59:59Z", "Europe/Berlin", ...berlin), 0);
  assert.equal(open("day", "2026-10-24T22:00:00Z", "Europe/Berlin", ...berlin), 1);
  // 25 hours long.
  assert.equal(open("day", "2026-10-25T22:59:59Z", "Europe/Berlin", ...berlin), 1);
  assert.equal(open("day", "2026-10-25T23:00:00Z", "Europe/Berlin", ...berlin), 2);
  assert.equal(open("day", "2026-10-25T00:00:00Z", "UTC", ["2026-10-24T00:00:00Z", "2026-10-24"]), 1);
  assert.equal(open("week", "2026-11-01T23:59:59Z", "UTC", ["2026-10-26T00:00:00Z", "2026-10-26"]), 0);
  assert.equal(open("week", "2026-11-02T00:00:00Z", "UTC", ["2026-10-26T00:00:00Z", "2026-10-26"]), 1);
  for (const [month, next] of [
    ["2026-02", "2026-03-01"],
    ["2026-12", "2027-01-01"],
    ["2028-02", "2028-03-01"],
  ] as const) {
    const last = new Date(Date.parse(next) - 1).toISOString();
    assert.equal(open("month", last, "UTC", [`${month}-01T00:00:00Z`, month]), 0);
    assert.equal(open("month", `${next}T00:00:00Z`, "UTC", [`${month}-01T00:00:00Z`, month]), 1);
  }
  const hour: [string, string] = ["2026-10-25T00:30:00Z", "2026-10-25T06:00+05:30"];
  assert.equal(open("hour", "2026-10-25T01:29:59Z", "Asia/Kolkata", hour), 0);
  assert.equal(open("hour", "2026-10-25T01:30:00Z", "Asia/Kolkata", hour), 1);
});
