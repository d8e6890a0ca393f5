/** Where the lines of a chart's grid and the labels of its buckets stand, so that each can be read and is true. */
import { nice, ticks } from "d3-array";
import type { Kind } from "../numbers.ts";

/** About how many lines of the grid there are. */
const TICKS = 4;
/** The finest step between two lines that their labels can tell apart. */
const FINEST: Partial<Record<Kind, number>> = { count: 1, seconds: 1, length: 1, rate: 0.001 };

/** In what seconds are counted on an axis: its lines stand at whole ones, or at round parts of them. */
const unitOf = (seconds: number) => (seconds >= 3600 ? 3600 : seconds >= 120 ? 60 : 1);

export interface Grid {
  readonly bottom: number;
  readonly top: number;
  readonly lines: readonly number[];
}

export function gridOf(least: number, largest: number, kind: Kind): Grid {
  const unit = kind === "seconds" ? unitOf(largest) : 1;
  const [bottom, top] = nice(least / unit, largest / unit || 1, TICKS);
  const finest = FINEST[kind];
  const isTold = (value: number) => !finest || Math.abs(value / finest - Math.round(value / finest)) < 1e-6;
  const lines = ticks(bottom, top, TICKS).map((tick) => tick * unit);
  return { bottom: bottom * unit, top: top * unit, lines: lines.filter(isTold) };
}

/** Least pixels from one label of a bucket to the next. */
const ROOM = 76;
/** About how wide a character of a label is, at most. */
const CHARACTER = 7;
const GAP = 12;
/** How many buckets one label may stand for: equal parts of a day of hours and of a year of months, or days. */
const PARTS = [1, 2, 3, 4, 6, 12, 24];

/**
 * Which buckets have a label.
 *
 * @param labels of all buckets.
 * @param step pixels that a bucket is wide.
 * @param left pixels up to the first bucket, and `width` those of all of the chart.
 */
export function labelled(labels: readonly string[], step: number, left: number, width: number): readonly number[] {
  const longest = labels.reduce((most, { length }) => Math.max(most, length), 0);
  const least = Math.max(ROOM, longest * CHARACTER + GAP) / step;
  const day = PARTS.at(-1)!;
  const every = PARTS.find((part) => part >= least) ?? Math.ceil(least / day) * day;
  const all: number[] = [];
  for (let index = 0; index < labels.length; index += every)
    if (left + step * (index + 0.5) + (labels[index]!.length * CHARACTER) / 2 <= width) all.push(index);
  return all;
}
