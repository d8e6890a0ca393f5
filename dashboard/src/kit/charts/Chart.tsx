/**
 * What every chart over buckets shares: its axes, and how it is read.
 *
 * Reading: the pointer or the arrow keys choose a bucket; its values stand in a box beside it and are read aloud. Home
 * and End go to the ends, Esc leaves. Enter adds a note at the bucket, where the page takes notes.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Kind, shown, tick as tickText } from "../numbers.ts";
import { gridOf, labelled } from "./axis.ts";
import { begun, SAID, type State } from "./states.ts";

export interface Series {
  readonly name: string;
  /** One per bucket; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** Which of the six colours; 0 = grey. */
  readonly color: number;
  readonly dashed?: boolean;
  /** Whether its bars hang below the axis: what undoes the others. */
  readonly below?: boolean;
  /** Whether it is of a time that is over, as that of a period before. */
  readonly over?: boolean;
}

/** The bucket of an axis. */
export interface Bucket {
  /** On the axis. */
  readonly short: string;
  /** In the box, and read aloud. */
  readonly long: string;
  /** Where it is not whole. */
  readonly state?: State | undefined;
}

/** What lies between two lines: where others are. */
export interface Band {
  readonly name: string;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** A note at a bucket, or at some of them. */
export interface Note {
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

export interface ChartProps {
  /** What it shows: read aloud. */
  readonly name: string;
  readonly buckets: readonly Bucket[];
  readonly series: readonly Series[];
  /** Behind the lines. */
  readonly band?: Band;
  readonly kind?: Kind;
  readonly height?: number;
  readonly notes?: readonly Note[];
  readonly onNote?: (bucket: number) => void;
}

/** Where things are drawn, in pixels. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** Middle of a bucket. */
  readonly x: (bucket: number) => number;
  /** Width of a bucket. */
  readonly step: number;
  readonly y: (value: number) => number;
}

const LEFT = 60;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;
export const colorOf = (color: number) => (color ? `var(--series-${color})` : "var(--series-other)");

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setWidth(Math.floor(box.current!.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}

const betweenAt = ({ name, low, high }: Band, bucket: number, kind: Kind) =>
  `${name} ${shown(low[bucket], kind)} to ${shown(high[bucket], kind)}`;

function spoken(props: ChartProps, bucket: number): string {
  const { buckets, series, kind = "count", notes = [] } = props;
  const { long, state } = buckets[bucket]!;
  const values = series.map(({ name, values }) => `${name} ${shown(values[bucket], kind)}`);
  if (props.band) values.push(betweenAt(props.band, bucket, kind));
  const here = notes.filter(({ first, last }) => first <= bucket && bucket <= last).map(({ text }) => text);
  const how = state ? `, ${SAID[state]}` : "";
  return [`${long}: ${values.join(", ")}${how}`, ...here].join(". ");
}

interface Drawn extends ChartProps {
  /** The most that is drawn, where it is not the largest value. */
  readonly most?: number;
  /** The least that is drawn, where bars hang below the axis. */
  readonly least?: number;
  /** Draws the marks. */
  readonly children: (plane: Plane, read: number | null) => ComponentChildren;
}

/** Its series have no value where nothing has begun. */
export function withBegun<Props extends Pick<ChartProps, "buckets" | "series">>(props: Props): Props {
  const { buckets, series } = props;
  return { ...props, series: series.map((each) => ({ ...each, values: begun(each.values, buckets, each.over) })) };
}

export function Chart(drawn: Drawn) {
  const props = withBegun(drawn);
  const { name, buckets, series, kind = "count", height = 220, notes = [], onNote, children } = props;
  const [box, width] = useWidth();
  const [read, setRead] = useState<number | null>(null);
  const count = buckets.length;
  const largest = props.most ?? Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const { bottom, top, lines } = gridOf(props.least ?? 0, largest, kind);
  const step = Math.max(0, width - LEFT - RIGHT) / Math.max(1, count);
  const x = (bucket: number) => LEFT + step * (bucket + 0.5);
  const y = (value: number) => TOP + ((top - value) / (top - bottom)) * (height - BOTTOM - TOP);
  const plane: Plane = { width, height, step, x, y };
  const shorts = buckets.map(({ short }) => short);

  const point = (event: PointerEvent) => {
    const at = event.clientX - box.current!.getBoundingClientRect().left;
    setRead(count ? Math.min(count - 1, Math.max(0, Math.floor((at - LEFT) / step))) : null);
  };
  const press = (event: KeyboardEvent) => {
    const last = count - 1;
    const next = {
      ArrowLeft: Math.max(0, (read ?? count) - 1),
      ArrowRight: Math.min(last, (read ?? -1) + 1),
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Enter" && read !== null && onNote) onNote(read);
    else if (event.key === "Escape" && read !== null) setRead(null);
    else if (next !== undefined && count && !event.altKey && !event.ctrlKey && !event.metaKey) setRead(next);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const bucket = read !== null && read < count ? read : null;
  return (
    <div class="chart">
      {(series.length > 1 || props.band) && <Legend series={series} band={props.band?.name} />}
      <div
        ref={box}
        class="plane"
        role="application"
        aria-roledescription="chart"
        aria-label={`${name}. Read it with the arrow keys.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is read by keyboard.
        tabIndex={0}
        onPointerMove={point}
        onPointerLeave={() => setRead(null)}
        onKeyDown={press}
        onBlur={() => setRead(null)}
      >
        <svg width={width} height={height} aria-hidden="true" focusable="false">
          {lines.map((tick) => (
            <g key={tick} class="grid">
              <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
              <text x={LEFT - 8} y={y(tick)} dy="0.32em" text-anchor="end">
                {tickText(Math.abs(tick), kind)}
              </text>
            </g>
          ))}
          {labelled(shorts, step, LEFT, width).map((index) => (
            <text key={index} class="label" x={plane.x(index)} y={height - 6} text-anchor="middle">
              {shorts[index]}
            </text>
          ))}
          {notes.map(({ first, last, text }) => (
            <rect
              key={`${first}${text}`}
              class="note"
              x={plane.x(first) - (first === last ? 1 : step / 2)}
              width={first === last ? 2 : step * (last - first + 1)}
              y={TOP}
              height={height - BOTTOM - TOP}
            />
          ))}
          {bucket !== null && (
            <line class="reading" x1={plane.x(bucket)} x2={plane.x(bucket)} y1={TOP} y2={height - BOTTOM} />
          )}
          {width > 0 && children(plane, bucket)}
        </svg>
        {bucket !== null && <Reading {...props} bucket={bucket} plane={plane} />}
        <span class="hidden" aria-live="polite">
          {bucket !== null && spoken(props, bucket)}
        </span>
      </div>
    </div>
  );
}

interface LegendProps {
  readonly series: readonly Series[];
  readonly band: string | undefined;
}

function Legend({ series, band }: LegendProps) {
  return (
    <ul class="legend">
      {series.map(({ name, color, dashed }) => (
        <li key={name}>
          <svg width="20" height="10" aria-hidden="true">
            <line
              x1="0"
              x2="20"
              y1="5"
              y2="5"
              stroke={colorOf(color)}
              stroke-width="3"
              stroke-dasharray={dashed ? "4 3" : undefined}
            />
          </svg>
          {name}
        </li>
      ))}
      {band && (
        <li>
          <svg width="20" height="10" aria-hidden="true">
            <rect class="band" width="20" height="10" />
          </svg>
          {band}
        </li>
      )}
    </ul>
  );
}

function Reading(props: ChartProps & { readonly bucket: number; readonly plane: Plane }) {
  const { buckets, series, kind = "count", notes = [], bucket, plane } = props;
  const { long, state } = buckets[bucket]!;
  const isRight = plane.x(bucket) > plane.width / 2;
  const place = (element: HTMLDivElement | null) => {
    const edge = isRight ? plane.width - plane.x(bucket) + 10 : plane.x(bucket) + 10;
    element?.style.setProperty(isRight ? "right" : "left", `${edge}px`);
    element?.style.removeProperty(isRight ? "left" : "right");
  };
  return (
    <div class="reading-box" ref={place} aria-hidden="true">
      <b>{long}</b>
      {series.map(({ name, values, color }) => (
        <div key={name}>
          <svg width="10" height="10" aria-hidden="true">
            <rect width="10" height="10" rx="2" fill={colorOf(color)} />
          </svg>{" "}
          {name} <b>{shown(values[bucket], kind)}</b>
        </div>
      ))}
      {props.band && <div>{betweenAt(props.band, bucket, kind)}</div>}
      {state && <div class="muted">{SAID[state]}</div>}
      {notes
        .filter(({ first, last }) => first <= bucket && bucket <= last)
        .map(({ text }) => (
          <div key={text}>✎ {text}</div>
        ))}
    </div>
  );
}
