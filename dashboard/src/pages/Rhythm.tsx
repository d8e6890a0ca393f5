/** Plays of each weekday and hour as a map. */
import type { Rhythm as Answered } from "../api/questions.ts";
import { boot } from "../frame/boot.ts";
import { Heatmap } from "../kit/charts/Heatmap.tsx";

/** 1 January 2024 was a Monday. */
const monday = Date.UTC(2024, 0, 1);
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });
/** As ISO 8601 counts weekdays: 1 is Monday. */
const FIRST = { monday: 1, saturday: 6, sunday: 7 } as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

export function Rhythm({ found }: { readonly found: Answered }) {
  const first = FIRST[boot.settings.week_start];
  const days = Array.from({ length: 7 }, (_, index) => ((first - 1 + index) % 7) + 1);
  const names = days.map((day) => weekday.format(monday + (day - 1) * 86_400_000));
  const values = days.map((day) =>
    HOURS.map((_, hour) => found.hours.find((cell) => cell.weekday === day && cell.hour === hour)?.plays ?? 0),
  );
  return <Heatmap caption="Plays by weekday and hour" measure="plays" rows={names} columns={HOURS} values={values} />;
}
