import assert from "node:assert/strict";
import { test } from "node:test";
import { given, written } from "../src/pages/given.ts";

const NAMES = [
  "Rain",
  "Stand by Me",
  "by",
  " by ",
  "a by b by c",
  '"',
  '"Heroes"',
  '"Heroes" by',
  "Two\nlines",
  "\\",
  "x by",
];

test("what a guest is given is read back as it was, whatever names hold", () => {
  const albums = NAMES.flatMap((album) => [null, ...NAMES].map((artist) => ({ album, artist })));
  const limits = { assets: ["1", "2"], artists: NAMES, albums };
  assert.deepEqual(given(written(limits)), limits);
});

test("a line is an album and its artist, or the album alone", () => {
  for (const [line, album, artist] of [
    ["Rain by Sun", "Rain", "Sun"],
    ["Rain", "Rain", null],
    ['"Stand by Me"', "Stand by Me", null],
    ['"Stand by Me" by Ben', "Stand by Me", "Ben"],
    ['Rain by "Stand by Me"', 'Rain by "Stand', 'Me"'],
    ['"Heroes', '"Heroes', null],
  ] as const)
    assert.deepEqual(given({ assets: "", artists: "", albums: ` ${line} \n\n` }).albums, [{ album, artist }], line);
});
