/** Plays of each weekday and hour as a map. */
import type { Rhythm as Answered } from "../api/questions.ts";
import { Heatmap } from "../kit/charts/Heatmap.tsx";

/** 1 January 2024 was a Monday. */
const monday = Date.UTC(2024, 0, 1);
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });
const DAYS = Array.from({ length: 7 }, (_, day) => weekday.format(monday + day * 86_400_000));
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

export function Rhythm({ found }: { readonly found: Answered }) {
  const values = DAYS.map((_, day) =>
    HOURS.map((_, hour) => found.hours.find((cell) => cell.weekday === day + 1 && cell.hour === hour)?.plays ?? 0),
  );
  return <Heatmap caption="Plays by weekday and hour" measure="plays" rows={DAYS} columns={HOURS} values={values} />;
}
