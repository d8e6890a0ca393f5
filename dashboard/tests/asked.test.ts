import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Asked,
  COMPARISONS,
  daysOf,
  type FilterParameter,
  type Filters,
  filtered,
  filteredToo,
  interval,
  isOver,
  PERIODS,
  parametersOf,
  parse,
  periodIn,
  span,
  stepped,
  turned,
  usualPeriod,
  write,
} from "../src/frame/asked.ts";
import { dayOf, daysBetween, instantOf } from "../src/frame/calendar.ts";
import { unreadIn } from "../src/frame/unread.ts";

const NOON = Date.parse("2026-03-08T12:00:00Z");

function read(asked: Asked): Asked {
  const written = Object.entries(write(asked)).filter(([, value]) => value !== undefined);
  return parse(Object.fromEntries(written) as Record<string, string>);
}

test("a page has its usual period where the address says none, and writes every other one", () => {
  const usual = usualPeriod("/audience", NOON, "UTC", null);
  assert.equal(usual, "91d");
  assert.equal(usualPeriod("/tracks", NOON, "UTC", null), "28d");
  for (const query of [{}, { period: "1d" }, { period: "custom", from: "x", to: "y" }])
    assert.equal(parse(query as Record<string, string>, usual).period, "91d");
  assert.equal(parse({ period: "28d" }, usual).period, "28d");
  assert.equal(write(parse({}, usual), usual).period, undefined);
  assert.equal(write(parse({ period: "28d" }, usual), usual).period, "28d");
});

test("a page shows all of a project that is younger than what it shows of others", () => {
  for (const [path, day, usual] of [
    ["/", "2026-03-08", "all"],
    ["/", "2026-02-09", "all"],
    ["/", "2026-02-08", "28d"],
    ["/audience", "2026-02-08", "all"],
    ["/audience", "2025-12-07", "91d"],
    ["/", "2023-05-01", "28d"],
    ["/audience", "2023-05-01", "91d"],
  ] as const)
    assert.equal(usualPeriod(path, NOON, "UTC", day), usual, `${path} since ${day}`);
});

test("all time begins with the first day, where that is known and has come", () => {
  const spanOf = (firstDay: string | null) => span(parse({ period: "all" }), NOON, "UTC", firstDay);
  assert.deepEqual(spanOf("2026-03-08"), { from: "2026-03-08", to: "2026-03-09" });
  assert.deepEqual(spanOf(null), { from: "2016-03-01", to: "2026-03-09" });
  assert.deepEqual(spanOf("2026-03-09"), spanOf(null));
  assert.deepEqual(spanOf("2023-05-01"), { from: "2023-05-01", to: "2026-03-09" });
  // Longer than what is answered.
  assert.deepEqual(spanOf("2016-02-29"), spanOf(null));
});

test("the last 24 hours are whole hours of the project's clock, and so as many buckets", () => {
  for (const [zone, end] of [
    ["UTC", "2026-03-08T13:00:00Z"],
    ["Asia/Tehran", "2026-03-08T12:30:00Z"],
    ["Asia/Kathmandu", "2026-03-08T12:15:00Z"],
    ["America/New_York", "2026-03-08T13:00:00Z"],
  ] as const) {
    const to = Date.parse(end) / 1000;
    assert.deepEqual(span(parse({ period: "24h" }), NOON, zone), { from: String(to - 86_400), to: String(to) }, zone);
  }
});

test("a period is over when its last instant has passed where the project is", () => {
  for (const [now, zone, to, expected] of [
    ["2026-03-08T23:59:59Z", "UTC", "2026-03-09", false],
    ["2026-03-09T00:00:00Z", "UTC", "2026-03-09", true],
    ["2026-03-09T00:00:00Z", "America/New_York", "2026-03-09", false],
    ["2026-03-08T12:59:59Z", "UTC", String(Date.parse("2026-03-08T13:00:00Z") / 1000), false],
    ["2026-03-08T13:00:00Z", "UTC", String(Date.parse("2026-03-08T13:00:00Z") / 1000), true],
  ] as const)
    assert.equal(isOver({ from: "2026-03-01", to }, Date.parse(now), zone), expected, `${now} ${zone} ${to}`);
});

test("the days of a period of hours are those that it touches", () => {
  const unix = (text: string) => String(Date.parse(text) / 1000);
  const hours = { from: unix("2026-03-07T13:00:00Z"), to: unix("2026-03-08T13:00:00Z") };
  assert.deepEqual(daysOf(hours, "UTC"), { from: "2026-03-07", to: "2026-03-09" });
  const midnight = { from: unix("2026-03-07T00:00:00Z"), to: unix("2026-03-08T00:00:00Z") };
  assert.deepEqual(daysOf(midnight, "UTC"), { from: "2026-03-07", to: "2026-03-08" });
  assert.deepEqual(daysOf(midnight, "America/New_York"), { from: "2026-03-06", to: "2026-03-08" });
});

test("what is asked is read back from the address", () => {
  for (const period of Object.keys(PERIODS) as (keyof typeof PERIODS)[])
    for (const compare of Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[])
      for (const filters of [
        {},
        { universe: ["0", "12"] },
        { key: ["a-b_C"], asset: ["9"] },
        { universe: ["12"], universe_not: ["11", "0"], key_not: ["007"] },
      ]) {
        const days = period === "custom" ? { from: "2024-02-29", to: "2024-03-01" } : {};
        const asked: Asked = { period, compare, filters, ...days };
        assert.deepEqual(read(asked), asked);
      }
});

test("a query that can't be read is the default", () => {
  const otherwise: Asked = { period: "28d", compare: "previous", filters: {} };
  for (const query of [
    {},
    { period: "__proto__", compare: "constructor" },
    { period: "custom" },
    { period: "custom", from: "2026-02-30", to: "2026-03-01" },
    { period: "custom", from: "2026-03-02", to: "2026-03-01" },
    { period: "custom", from: "1900-01-01", to: "2026-03-01" },
    { universe: "<script>,", asset: " ", asset_not: "," },
  ])
    assert.deepEqual(parse(query), otherwise);
});

test("a period that can't be read is told apart from one that the address does not say", () => {
  for (const [query, found] of [
    [{}, undefined],
    [{ universe: "1", compare: "none" }, undefined],
    [{ period: "", from: "" }, undefined],
    [{ period: "7d" }, { period: "7d" }],
    [{ period: "7d", from: "2026-03-02" }, { period: "7d" }],
    [
      { from: "2026-03-01", to: "2026-03-02" },
      { period: "custom", from: "2026-03-01", to: "2026-03-02" },
    ],
    [{ period: "28" }, null],
    [{ period: "toString" }, null],
    [{ period: "custom" }, null],
    [{ period: "custom", from: "2026-03-01" }, null],
    [{ period: "custom", to: "2026-03-01" }, null],
    [{ from: "2026-03-01" }, null],
    [{ to: "2026-03-01" }, null],
    [{ from: "2026-03-02", to: "2026-03-01" }, null],
    [{ from: "2026-03-01", to: "2026-03-01" }, null],
    [{ from: "2026-02-30", to: "2026-03-01" }, null],
    [{ from: "yesterday", to: "today" }, null],
    [{ from: "1900-01-01", to: "2026-03-01" }, null],
  ] as const)
    assert.deepEqual(periodIn(query as Readonly<Record<string, string>>), found, JSON.stringify(query));
});

test("an address that can't be read in whole is said to be so, by what is not applied", () => {
  const ids = (count: number) => Array.from({ length: count }, (_, id) => String(id)).join(",");
  const filters = (clauses: string) =>
    `Some filters in the address can't be applied: ${clauses}. What is shown is without them.`;
  const period = "The period in the address can't be read. What is shown is: Last 28 days.";
  const comparison = "The comparison in the address can't be read. What is shown is compared with: Period before.";
  for (const [query, usual, said] of [
    [{}, "28d", ""],
    [{ universe: "", place: ",", asset_not: " " }, "28d", ""],
    [{ universe: "001, 1,2", place_not: "7,", key: "a-b_C" }, "28d", ""],
    [{ universe: ids(100) }, "28d", ""],
    [{ universe: ids(101) }, "28d", filters("Experience is 100")],
    [{ asset_not: ids(300) }, "28d", filters("Track is not 100, 101, 102 and 197 more")],
    [{ universe: "1".repeat(65) }, "28d", filters(`Experience is ${"1".repeat(20)}…`)],
    [{ universe: "5,<b>", key: "a.b" }, "28d", filters("Experience is <b>; API key is a.b")],
    [{ universe: "5", universe_not: "6,05" }, "28d", filters("Experience is not 5")],
    [{ period: "28", place: "?" }, "28d", `${period} ${filters("Place is ?")}`],
    [{ period: "28", place: "?" }, null, filters("Place is ?")],
    [{ compare: "" }, "28d", ""],
    [{ compare: "year", period: "7d" }, "28d", ""],
    [{ compare: "Year" }, "28d", comparison],
    [{ compare: "constructor", period: "28", place: "?" }, "28d", `${period} ${comparison} ${filters("Place is ?")}`],
    [{ compare: "Year" }, null, ""],
  ] as const)
    assert.equal(unreadIn(query as unknown as Readonly<Record<string, string>>, usual), said, JSON.stringify(query));
});

test("nothing of what an address gives again is passed over without a word", () => {
  for (const [address, filters, said] of [
    ["universe=1&universe=2,3&universe=1&place_not=4", { universe: ["1", "2", "3"], place_not: ["4"] }, /^$/],
    ["universe=1&universe=<", { universe: ["1"] }, /^Some filters .* Experience is <\./],
    ["period=7d&period=28d", {}, /^The period in/],
    ["from=2026-03-01&from=2026-03-02&to=2026-03-05", {}, /^The period in/],
    ["compare=none&compare=year", {}, /^The comparison in/],
  ] as const) {
    const query = parametersOf(new URLSearchParams(address));
    assert.deepEqual(parse(query), { period: "28d", compare: "previous", filters }, address);
    assert.match(unreadIn(query, "28d"), said, address);
  }
});

test("an address is written with every value that was asked for, so that what is too much is told", () => {
  const all = Array.from({ length: 101 }, (_, id) => String(id));
  const { universe } = write(filteredToo(parse({ universe: all.slice(0, 100).join(",") }), "universe", ["100"]));
  assert.deepEqual(universe?.split(","), all);
});

test("nothing is both kept and left out", () => {
  const { filters } = parse({ universe: "11,007", universe_not: "7,12,011", place_not: "5,5" });
  assert.deepEqual(filters, { universe: ["11", "7"], universe_not: ["12"], place_not: ["5"] });
  const kept = filtered(parse({ asset_not: "1,2", key: "k" }), "asset", ["2"]);
  assert.deepEqual(kept.filters, { asset: ["2"], asset_not: ["1"], key: ["k"] });
  assert.deepEqual(filtered(kept, "asset_not", []).filters, { asset: ["2"], key: ["k"] });
  assert.deepEqual(filteredToo(kept, "asset_not", ["2", "03"]).filters, { asset_not: ["1", "2", "3"], key: ["k"] });
});

test("a value that is turned and turned again is as it was", () => {
  for (const query of [{ asset: "1,2" }, { asset_not: "1,2" }, { asset: "1", asset_not: "2" }]) {
    const asked = parse(query);
    for (const name of Object.keys(asked.filters) as FilterParameter[])
      for (const value of asked.filters[name]!) {
        const once = turned(asked, name, value);
        const [other] = (["asset", "asset_not"] as const).filter((each) => each !== name);
        assert.ok(once.filters[other!]!.includes(value));
        assert.ok(!once.filters[name]?.includes(value));
        const twice = turned(once, other!, value).filters;
        const sorted = (filters: Filters) =>
          Object.entries(filters)
            .map(([each, values]) => [each, [...values].sort()])
            .sort();
        assert.deepEqual(sorted(twice), sorted(asked.filters));
      }
  }
});

test("today is the day of the project's zone", () => {
  const late = Date.parse("2026-03-08T23:30:00Z");
  assert.equal(dayOf(late, "UTC"), "2026-03-08");
  assert.equal(dayOf(late, "Asia/Tehran"), "2026-03-09");
  assert.equal(dayOf(late, "America/New_York"), "2026-03-08");
});

test("the default is the last 28 whole days", () => {
  assert.deepEqual(span(parse({}), NOON, "UTC"), { from: "2026-02-08", to: "2026-03-08" });
});

test("a step away and back is where it began", () => {
  for (const period of ["today", "7d", "28d", "91d", "custom"] as const) {
    const asked: Asked = {
      period,
      compare: "none",
      filters: {},
      ...(period === "custom" && { from: "2026-01-30", to: "2026-02-02" }),
    };
    const there = stepped(asked, NOON, "UTC", -1)!;
    const back = stepped(there, NOON, "UTC", 1)!;
    assert.deepEqual(span(back, NOON, "UTC"), span(asked, NOON, "UTC"));
    assert.equal(daysBetween(there.from!, there.to!), daysBetween(back.from!, back.to!));
  }
});

test("nothing that has not begun is shown", () => {
  assert.equal(stepped(parse({ period: "today" }), NOON, "UTC", 1), null);
});

test("a period is drawn by buckets of which a chart has room for", () => {
  const table: [string, string, string][] = [
    ["2026-03-08", "2026-03-09", "hour"],
    ["2026-03-01", "2026-03-08", "day"],
    ["2025-12-01", "2026-03-03", "day"],
    ["2025-03-01", "2026-03-01", "week"],
    ["2016-03-01", "2026-03-01", "month"],
  ];
  for (const [from, to, expected] of table) assert.equal(interval({ from, to }), expected);
});

test("a time that a zone's clock shows is found, on both days when clocks are changed too", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["2026-11-26T10:00", "Asia/Tehran", "2026-11-26T06:30:00.000Z"],
    ["2026-03-08T01:59", "America/New_York", "2026-03-08T06:59:00.000Z"],
    ["2026-03-08T03:00", "America/New_York", "2026-03-08T07:00:00.000Z"],
    ["2026-11-01T00:30", "America/New_York", "2026-11-01T04:30:00.000Z"],
    ["2026-11-01T02:00", "America/New_York", "2026-11-01T07:00:00.000Z"],
    ["2026-10-04T02:30", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"],
    ["2026-01-01T00:00:30", "Pacific/Apia", "2025-12-31T11:00:30.000Z"],
    ["2026-06-01T12:00", "UTC", "2026-06-01T12:00:00.000Z"],
  ];
  for (const [shown, zone, instant] of cases)
    assert.equal(new Date(instantOf(shown, zone)).toISOString(), instant, shown);
});
