/** What a Retry-After header may hold, and how long the SDK stays away then. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { onWire } from "./support/wire.mjs";

const date = (seconds) => new Date((1_800_000_000 + seconds) * 1000).toUTCString();

for (const [header, seconds, what] of [
  ["200", 200, "seconds"],
  ["0", 60, "no wait of its own"],
  ["9999", 300, "more than the cap"],
  [date(200), 200, "a date"],
  [date(9999), 300, "a date beyond the cap"],
  [date(-200), 60, "a date that has passed"],
  ["Fri, 31 Jan 2099 99:99:99 GMT", 60, "a date that is none"],
  ["2027-01-15T08:03:20Z", 60, "a date in another form"],
  ["in 2099", 60, "text that Date.parse reads a year out of"],
  ["1e2", 60, "a number in another form"],
  ["+200", 60, "a sign"],
  ["", 60, "nothing"],
]) {
  test(`Retry-After "${header}" (${what}): back after ${seconds} s`, async () => {
    const { client, wire, clock, track } = await onWire();
    wire.replies = [{ status: 503, headers: { "Retry-After": header } }];
    track(1);
    assert.equal(await client.flush(), false);
    assert.equal(clock.nextDue / 1000, seconds);
  });
}
