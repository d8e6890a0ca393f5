import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, canBeShared, named } from "../src/frame/named.ts";

test("a view of a page leads back to its address", () => {
  for (const address of [
    "/",
    "/tracks?period=7d&sort=skips",
    "/tracks/123?show=skip_rate",
    "/search",
    "/audience?x=%2B1&period=7d",
  ])
    assert.equal(addressOf(named(address, "28d")!), address);
});

test("a view keeps the period that is seen, also where the page has one of its own", () => {
  assert.equal(named("/audience?x=1", "91d")!.query, "x=1&period=91d");
  assert.equal(named("/", "all")!.query, "period=all");
  assert.equal(named("/audience?from=2026-01-01&to=2026-01-02", "91d")!.query, "from=2026-01-01&to=2026-01-02");
  assert.equal(named("/tracks", "28d")!.query, "");
});

test("the track of a page is the filter of its view", () => {
  assert.deepEqual(named("/tracks/123?universe=5", "28d"), { page: "track", query: "universe=5&asset=123" });
});

test("what shows no data has no view", () => {
  for (const address of ["/settings", "/keys", "/tracks/x", "/tracks/1/2", "/nowhere"])
    assert.equal(named(address, "28d"), null);
});

test("what tells of more than a period is not shared", () => {
  const shared = ["/", "/tracks", "/tracks/1", "/events", "/live"].map((address) =>
    canBeShared(named(address, "28d")!),
  );
  assert.deepEqual(shared, [true, true, true, false, false]);
});
