/** Days as they are in the project's time zone. A day is a text such as 2026-03-29, which sorts as days do. */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The day that an instant (milliseconds) falls in. */
export function dayOf(instant: number, zone: string): string {
  // Swedish writes a date as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(instant);
}

/** Milliseconds that the clock of a zone is ahead of UTC at an instant. */
function offset(instant: number, zone: string): number {
  const form = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return Date.parse(`${form.format(instant).replace(" ", "T")}Z`) - Math.floor(instant / 1000) * 1000;
}

/** When the clock of a zone shows its next full hour, in milliseconds: not all clocks show one when UTC does. */
export function nextHour(instant: number, zone: string): number {
  const ahead = offset(instant, zone);
  return (Math.floor((instant + ahead) / HOUR_MS) + 1) * HOUR_MS - ahead;
}

/**
 * When the clock of a zone shows a time such as 2026-03-29T10:00, in milliseconds. Of one that it shows twice, either;
 * of one that it leaves out, one within the jump.
 */
export function instantOf(shown: string, zone: string): number {
  const asInUtc = Date.parse(`${shown}Z`);
  const near = asInUtc - offset(asInUtc, zone);
  return asInUtc - offset(near, zone);
}

/** So many days later. */
export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days lie from one to the other. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  const parsed = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().slice(0, 10) === text;
}

/** Milliseconds of the first day of a bucket, as if it were in UTC; a month's label has no day. */
function firstDay(label: string): number {
  return Date.parse(`${label.length < 10 ? `${label}-01` : label.slice(0, 10)}T00:00:00Z`);
}

/** A bucket's label as an axis shows it: 29 Mar, or 14:00 where there are hours, of which the first of a day tells it. */
export function axisLabel(label: string, interval: string): string {
  const hour = interval === "hour" ? label.slice(11, 16) : "00:00";
  if (hour !== "00:00") return hour;
  const date = firstDay(label);
  const form: Intl.DateTimeFormatOptions =
    interval === "month" ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(undefined, { ...form, timeZone: "UTC" }).format(date);
}

/** The same at length, for a tooltip and for a reader. */
export function longLabel(label: string, interval: string): string {
  const date = firstDay(label);
  const day = new Intl.DateTimeFormat(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  if (interval === "hour") return `${day.format(date)}, ${label.slice(11, 16)}`;
  if (interval === "month")
    return new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" }).format(date);
  return interval === "week" ? `Week of ${day.format(date)}` : day.format(date);
}
