/** How numbers are written: short on the page, whole in the tooltip. */

/** What a number is. What is whole is not shortened; rates are shares of one; seconds are listened, a length is a track's. */
export type Kind = "count" | "whole" | "rate" | "seconds" | "length" | "bytes" | "mean" | "score";

const DASH = "–";
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const two = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const exactly = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 });
const percent = new Intl.NumberFormat(undefined, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

const wholePercent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

const STEPS: readonly (readonly [number, string])[] = [
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "K"],
];

function short(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) return Number.isInteger(value) || size >= 1000 ? whole.format(value) : one.format(value);
  for (const [step, letter] of STEPS) {
    // What would be rounded up to 1,000 of a step is 1.0 of the next one.
    if (size >= step * 0.99995) return one.format(value / step) + letter;
  }
  return whole.format(value);
}

const SIZES: readonly (readonly [number, string])[] = [
  [1e12, "TB"],
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
];

function size(bytes: number): string {
  for (const [step, unit] of SIZES) if (bytes >= step * 0.99995) return `${one.format(bytes / step)} ${unit}`;
  return `${whole.format(bytes)} B`;
}

function clock(seconds: number): string {
  const total = Math.round(seconds);
  const minutes = Math.floor(total / 60);
  const rest = String(total % 60).padStart(2, "0");
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

/** A number as a page shows it; a dash where there is none. */
export function shown(value: number | null | undefined, kind: Kind): string {
  if (value === null || value === undefined) return DASH;
  switch (kind) {
    case "count":
      return short(value);
    case "whole":
      return whole.format(value);
    case "rate":
      return percent.format(value);
    case "seconds":
      return value < 3600 ? clock(value) : `${short(value / 3600)} h`;
    case "length":
      return clock(value);
    case "bytes":
      return size(value);
    case "mean":
      return Math.abs(value) < 1000 ? two.format(value) : short(value);
    case "score":
      return one.format(value);
  }
}

/** A number beside an axis, where the others tell how exact it is. */
export function tick(value: number, kind: Kind): string {
  return kind === "rate" ? wholePercent.format(value) : shown(value, kind);
}

/** The same number with all that is known of it, for a tooltip. */
export function exact(value: number | null | undefined, kind: Kind): string {
  if (value === null || value === undefined) return "not known";
  switch (kind) {
    case "rate":
      return `${exactly.format(value * 100)} %`;
    case "seconds":
    case "length":
      return `${exactly.format(value)} seconds`;
    case "bytes":
      return `${exactly.format(value)} bytes`;
    default:
      return exactly.format(value);
  }
}

/** By how much a number moved: a share of what it was, for rates in points; "new" where there was nothing. */
export function change(now: number | null | undefined, before: number | null | undefined, kind: Kind): string | null {
  if (now === null || now === undefined || before === null || before === undefined) return null;
  if (kind === "rate") return `${one.format(Math.abs(now - before) * 100)} pts`;
  if (before === 0) return now === 0 ? null : "new";
  const share = Math.abs(now / before - 1);
  return share < 10 ? percent.format(share) : `× ${short(now / before)}`;
}

/** The same as programs read it: a share of what it was, for rates the difference of both; null where there was nothing. */
export function changed(now: number | null | undefined, before: number | null | undefined, kind: Kind): number | null {
  if (now === null || now === undefined || before === null || before === undefined) return null;
  if (kind === "rate") return now - before;
  return before === 0 ? null : now / before - 1;
}
