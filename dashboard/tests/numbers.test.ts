import assert from "node:assert/strict";
import { test } from "node:test";
import { change, exact, shown } from "../src/kit/numbers.ts";

test("a number is short, and never rounded past its unit", () => {
  const table: [number | null, string][] = [
    [null, "–"],
    [0, "0"],
    [1234, "1,234"],
    [9999, "9,999"],
    [12_345, "12.3K"],
    [999_949, "999.9K"],
    [999_951, "1.0M"],
    [1_234_567, "1.2M"],
    [2.5, "2.5"],
  ];
  for (const [value, text] of table) assert.equal(shown(value, "count"), text);
});

test("a mean keeps its decimals while they say something", () => {
  assert.equal(shown(2.187, "mean"), "2.19");
  assert.equal(shown(999.994, "mean"), "999.99");
  assert.equal(shown(-1534.46, "mean"), "-1,534");
  assert.equal(shown(1_234_567.8, "mean"), "1.2M");
});

test("bytes have their unit", () => {
  assert.equal(shown(0, "bytes"), "0 B");
  assert.equal(shown(999, "bytes"), "999 B");
  assert.equal(shown(1000, "bytes"), "1.0 kB");
  assert.equal(shown(73_551_000_000, "bytes"), "73.6 GB");
  assert.equal(shown(999_960_000, "bytes"), "1.0 GB");
  assert.equal(shown(4e15, "bytes"), "4,000.0 TB");
  assert.equal(exact(73_551_000_000, "bytes"), "73,551,000,000 bytes");
});

test("times are written as people say them", () => {
  assert.equal(shown(215, "seconds"), "3:35");
  assert.equal(shown(3599.6, "length"), "1:00:00");
  assert.equal(shown(7200, "seconds"), "2 h");
  assert.equal(shown(0.1234, "rate"), "12.3%");
});

test("all that is known of a number stands behind it", () => {
  assert.equal(exact(12_345, "count"), "12,345");
  assert.equal(exact(0.123456, "rate"), "12.3456 %");
});

test("a change says by how much, and what has no past is new", () => {
  assert.equal(change(110, 100, "count"), "10.0%");
  assert.equal(change(5, 0, "count"), "new");
  assert.equal(change(0, 0, "count"), null);
  assert.equal(change(0.5, 0.45, "rate"), "5.0 pts");
  assert.equal(change(3000, 100, "count"), "× 30");
  assert.equal(change(null, 3, "count"), null);
});
