import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interval } from "../src/frame/asked.ts";
import { begun, isWhole, strokes } from "../src/kit/charts/states.ts";
import { bucketsOf } from "../src/pages/series.ts";

const hours = (...labels: string[]) =>
  bucketsOf(
    labels.map((label) => ({ start: label, label })),
    "hour",
    { period: { from: "2026-11-01", to: "2026-11-02" }, zone: "America/New_York" },
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

type Labelled = readonly [start: string, label: string];
interface Asking {
  readonly interval: Interval;
  readonly now: string;
  readonly period: readonly [from: string, to: string];
  readonly zone?: string;
}

/** The states of buckets; whole ones have none. */
const states = ({ interval, now, period: [from, to], zone = "UTC" }: Asking, ...buckets: readonly Labelled[]) =>
  bucketsOf(
    buckets.map(([start, label]) => ({ start, label })),
    interval,
    { period: { from, to }, zone },
    Date.parse(now),
  ).map(({ state }) => state);

/** From which one on they are open, in a period that goes on. */
const open = (interval: Interval, now: string, zone: string, ...buckets: Labelled[]) => {
  const found = states({ interval, now, zone, period: ["2000-01-01", "2099-01-01"] }, ...buckets);
  const first = found.findIndex((state) => state !== undefined);
  return first < 0 ? buckets.length : first;
};

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

const DAYS: readonly Labelled[] = ["2026-11-26", "2026-11-27", "2026-11-28"].map((day) => [`${day}T00:00:00Z`, day]);
const WEEKS: readonly Labelled[] = ["2026-11-09", "2026-11-16", "2026-11-23"].map((day) => [`${day}T00:00:00Z`, day]);
const MONTHS: readonly Labelled[] = ["2026-09", "2026-10", "2026-11"].map((month) => [`${month}-01T00:00:00Z`, month]);
const HOURS: readonly Labelled[] = ["09", "10", "11"].map((hour) => [
  `2026-11-28T${hour}:00:00Z`,
  `2026-11-28T${hour}:00+00:00`,
]);
const unix = (text: string) => String(Date.parse(text) / 1000);

test("what has not begun is told apart from what has not ended, and both from what is whole", () => {
  const today = ["2026-11-28", "2026-11-29"] as const;
  for (const [now, expected] of [
    ["2026-11-28T08:59:59Z", ["ahead", "ahead", "ahead"]],
    ["2026-11-28T09:00:00Z", ["open", "ahead", "ahead"]],
    ["2026-11-28T10:30:00Z", [undefined, "open", "ahead"]],
    ["2026-11-28T12:00:00Z", [undefined, undefined, undefined]],
  ] as const)
    assert.deepEqual(states({ interval: "hour", now, period: today }, ...HOURS), expected, now);
  const now = "2026-11-27T12:00:00Z";
  assert.deepEqual(states({ interval: "day", now, period: ["2026-11-01", "2026-12-01"] }, ...DAYS), [
    undefined,
    "open",
    "ahead",
  ]);
});

test("a bucket that is only partly in the period is cut, and not open when the period is over", () => {
  const now = "2026-11-28T10:30:00Z";
  for (const [interval, period, buckets, expected] of [
    ["week", ["2026-11-12", "2026-11-28"], WEEKS, ["cut", undefined, "cut"]],
    ["week", ["2026-11-09", "2026-11-29"], WEEKS, [undefined, undefined, "open"]],
    ["week", ["2026-11-09", "2026-11-23"], WEEKS.slice(0, 2), [undefined, undefined]],
    ["month", ["2026-09-02", "2026-11-28"], MONTHS, ["cut", undefined, "cut"]],
    ["month", ["2026-09-01", "2026-11-01"], MONTHS.slice(0, 2), [undefined, undefined]],
    ["day", [unix("2026-11-26T10:00:00Z"), unix("2026-11-28T10:00:00Z")], DAYS, ["cut", undefined, "cut"]],
    ["day", [unix("2026-11-26T00:00:00Z"), unix("2026-11-28T00:00:00Z")], DAYS.slice(0, 2), [undefined, undefined]],
    ["hour", [unix("2026-11-28T09:00:00Z"), unix("2026-11-28T11:00:00Z")], HOURS, [undefined, "open", "ahead"]],
    ["hour", [unix("2026-11-28T09:30:00Z"), unix("2026-11-28T10:15:00Z")], HOURS.slice(0, 2), ["cut", "cut"]],
  ] as const)
    assert.deepEqual(states({ interval, now, period }, ...buckets), expected, `${interval} ${period}`);
});

test("a series has no value where nothing has begun, and one of a time that is over has all", () => {
  const buckets = [{}, { state: "open" }, { state: "ahead" }] as const;
  assert.deepEqual(begun([3, 0, 0], buckets), [3, 0, null]);
  assert.deepEqual(begun([3, 2, 1], buckets, true), [3, 2, 1]);
});

test("a line is dotted to and from what is not whole, and that of a time that is over only where it is cut", () => {
  const buckets = [{ state: "cut" }, {}, {}, { state: "open" }, { state: "ahead" }] as const;
  const drawn = (isOver: boolean) =>
    strokes(buckets.map((bucket) => isWhole(bucket, isOver))).map(
      ({ first, last, dotted }) => `${first}${dotted ? "…" : "-"}${last}`,
    );
  assert.deepEqual(drawn(false), ["0…1", "1-2", "2…4"]);
  assert.deepEqual(drawn(true), ["0…1", "1-4"]);
  assert.deepEqual(strokes([]), []);
  assert.deepEqual(strokes([false]), []);
});
