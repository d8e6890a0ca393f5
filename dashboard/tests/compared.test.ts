import assert from "node:assert/strict";
import { test } from "node:test";

// Pages are told about the project by the document that they stand in.
Object.assign(globalThis, { document: { getElementById: () => ({ textContent: "{}" }) } });
const { earlierOf, spanOf } = await import("../src/pages/compared.ts");

test("a period of which no minute is over is compared with nothing, not with a time in which nothing was", () => {
  const from = "2026-11-27T00:00:00Z";
  for (const [compared, span] of [
    [undefined, null],
    [{ from, to: from }, null],
    [
      { from, to: "2026-11-27T00:01:00Z" },
      { from, to: "2026-11-27T00:01:00Z" },
    ],
  ] as const) {
    const answer = compared ? { compared, previous: 0 } : {};
    assert.deepEqual(spanOf(answer), span);
    assert.equal(earlierOf(answer), span ? 0 : undefined);
  }
  assert.equal(earlierOf(undefined), undefined);
});
