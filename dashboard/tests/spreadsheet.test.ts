import assert from "node:assert/strict";
import { test } from "node:test";

// The client that saves the file reads what the server put into the page.
Object.assign(globalThis, { document: { getElementById: () => ({ textContent: "{}" }) } });
const { csvOf } = await import("../src/api/spreadsheet.ts");

const column = (values: readonly unknown[]) => csvOf(values.map((value) => ({ value })));

test("a text that could be mistaken gets an apostrophe", () => {
  for (const text of [
    ...["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\ufeff=1"],
    ...["\x00=1", "\x1b[31m", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A", "\ufe66A", "\ufe631", "\u22121", "\u207a1"],
    ...["007", "9223372036854775807", "1234567890123456", "1E5", "12e3", "1.5E10", "'quoted", "'=1"],
  ])
    assert.equal(column([text]).replaceAll('"', ""), `value\r\n'${text}\r\n`, text);
});

test("any other text and every number stays as it is", () => {
  for (const value of ["x", "3:07", "0", "123456789012345", "a=b", "é", "😀", -1, 0.5, 1e21])
    assert.equal(column([value]), `value\r\n${value}\r\n`);
  assert.equal(column([null, undefined, "", false]), "value\r\n\r\n\r\n\r\nfalse\r\n");
});

test("what would end a cell is quoted, and what is made of parts is JSON", () => {
  assert.equal(csvOf([{ a: 'x"y', b: "1,2" }]), 'a,b\r\n"x""y","1,2"\r\n');
  assert.equal(column(["two\nlines"]), 'value\r\n"two\nlines"\r\n');
  assert.equal(column([{ type: "play" }]), 'value\r\n"{""type"":""play""}"\r\n');
});
