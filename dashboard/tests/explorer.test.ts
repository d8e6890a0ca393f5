/** Names and conditions of the explorer: what an address says is what was chosen, whatever keys are called. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { condition, conditions, FIELDS, keyName, seen, shownName, written } from "../src/pages/explorer/names.ts";

const KEYS = [
  "level",
  "a.b",
  "universe_id",
  "duration",
  'say "hi"',
  '"',
  "x:is:y",
  "a:contains:",
  "",
  "ünï 🎵",
  "a\nb",
  "\\",
];

test("a key is asked for by a name that stands for it alone", () => {
  const names = KEYS.map(keyName);
  assert.equal(new Set(names).size, KEYS.length);
  for (const [index, name] of names.entries()) {
    assert.equal(shownName(name), KEYS[index]);
    assert.ok(!(name in FIELDS) && name !== "duration");
  }
});

test("a name is shown whatever it is called, also where nothing of it is drawn", () => {
  for (const name of ["constructor", "__proto__", "toString"]) assert.equal(shownName(name), name);
  for (const [text, shown] of [
    ["", ""],
    [" a ", " a "],
    ["\u200b", "U+200B"],
    [" \ufeff\u{e0001}", "U+0020 U+FEFF U+E0001"],
    ["\u202eab", "\u202eab"],
  ] as const)
    assert.equal(seen(text), shown);
  assert.equal(shownName(keyName("\u200b")), "U+200B");
});

test("a condition is read as it was put together", () => {
  for (const key of KEYS)
    for (const operator of ["is", "not", "contains"])
      for (const text of ["", "1.10", "b:is:c", '"', "a\nb"])
        assert.deepEqual(condition(`${keyName(key)}:${operator}:${text}`), { name: keyName(key), operator, text });
});

test("conditions come back from an address, and anything else is none", () => {
  const list = ["level:is:1", '"x:is:y":not:a,b'];
  assert.deepEqual(conditions(written(list)), list);
  assert.equal(written([]), undefined);
  for (const odd of [undefined, "", "level:is:1", "{}", "null", '[1, null, "level"]', "[[]]"])
    assert.deepEqual(conditions(odd), []);
  assert.equal(conditions(JSON.stringify(Array(30).fill("a:is:b"))).length, 10);
});
