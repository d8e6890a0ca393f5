import assert from "node:assert/strict";
import { test } from "node:test";
import { axisLabel, plusDays } from "../src/frame/calendar.ts";
import { gridOf, labelled } from "../src/kit/charts/axis.ts";
import { type Kind, tick } from "../src/kit/numbers.ts";

/** What a label says, in the unit of its kind. */
function meant(label: string, kind: Kind): number {
  const number = Number.parseFloat(label.replaceAll(",", ""));
  if (kind === "rate") return number / 100;
  if (label.includes(":")) return label.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const size = { K: 1e3, M: 1e6, B: 1e9 }[/[KMB]/.exec(label)?.[0] ?? ""] ?? 1;
  return number * size * (label.endsWith("h") ? 3600 : 1);
}

test("each line of a grid is where its label says, and no two say the same", () => {
  const sizes = [0, 1, 2, 3, 7, 10, 45, 90, 130, 999, 3_601, 5_000, 9_999, 12_345, 40_000, 1e6, 1e7, 1.5e9];
  for (const kind of ["count", "seconds", "length", "rate"] as const)
    for (const size of kind === "rate" ? [0, 0.0004, 0.002, 0.03, 0.5, 1] : [0.4, 1.7, ...sizes])
      for (const least of kind === "count" ? [0, -size / 3, -size] : [0]) {
        const { bottom, top, lines } = gridOf(least, size, kind);
        const about = `${kind} ${least} to ${size}`;
        assert.ok(bottom <= least && top >= size && lines.includes(0), about);
        for (const line of lines)
          assert.ok(
            Math.abs(meant(tick(Math.abs(line), kind), kind) - Math.abs(line)) <= 1e-9 * size,
            `${about}: ${line}`,
          );
        const above = lines.filter((line) => line >= 0).map((line) => tick(line, kind));
        assert.equal(new Set(above).size, above.length, about);
      }
});

const days = (count: number) =>
  Array.from({ length: count }, (_, index) => axisLabel(plusDays("2026-11-27", index - count), "day"));

test("labels of buckets neither touch nor are cut, however many or long they are", () => {
  for (const width of [300, 560, 960, 1_200])
    for (const labels of [days(1), days(28), days(365), days(3_660), Array(12).fill("септ. 2026 г."), ["Nov 2026"]]) {
      const step = (width - 72) / labels.length;
      const shown = labelled(labels, step, 60, width);
      const half = (index: number) => labels[index]!.length * 3.4;
      const middle = (index: number) => 60 + step * (index + 0.5);
      assert.equal(shown[0], 0);
      shown.forEach((index, place) => {
        assert.ok(middle(index) + half(index) <= width, `${labels.length} in ${width}`);
        const next = shown[place + 1];
        if (next !== undefined)
          assert.ok(middle(next) - half(next) > middle(index) + half(index) + 4, `${labels[0]} in ${width}`);
      });
    }
});

test("labels of hours stand at equal parts of a day, and each day begins with its name", () => {
  const hours = ["2026-11-23", "2026-11-24"].flatMap((day) =>
    Array.from({ length: 24 }, (_, hour) => axisLabel(`${day}T${String(hour).padStart(2, "0")}:00:00+00:00`, "hour")),
  );
  for (const width of [300, 560, 960, 1_200]) {
    const shown = labelled(hours, (width - 72) / 48, 60, width).map((index) => hours[index]);
    assert.ok(/Nov/.test(shown[0]!));
    assert.equal(shown.filter((label) => label!.includes("Nov")).length, 2, shown.join(" "));
  }
});
