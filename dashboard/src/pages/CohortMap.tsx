/** Cohorts as a map: a row for each week or day on which players were new, a column for when they came back. */
import type { Cohorts } from "../api/questions.ts";
import { axisLabel } from "../frame/calendar.ts";
import { Heatmap } from "../kit/charts/Heatmap.tsx";
import { Num } from "../kit/Num.tsx";

interface CohortMapProps {
  readonly found: Cohorts;
  readonly unit: "week" | "day";
}

export function CohortMap({ found, unit }: CohortMapProps) {
  // Days on which nobody was new would fill pages.
  const shown = unit === "day" ? found.cohorts.filter(({ size }) => size > 0) : found.cohorts;
  const known = found.average.filter(({ share }) => share !== null);
  const name = unit === "day" ? "Day" : "Week";
  return (
    <>
      <p>
        {known.length ? "All that are over, together: " : "No cohort is old enough to tell."}
        {known.map(({ offset, share }) => (
          <span key={offset} data-offset={offset}>
            {name} {offset} <Num measure="retention" value={share} kind="rate" />{" "}
          </span>
        ))}
      </p>
      <Heatmap
        caption="Share of new players who came back"
        measure="cohort"
        rows={shown.map(({ label }) => axisLabel(label, unit))}
        columns={found.average.map(({ offset }) => `${name} ${offset}`)}
        values={shown.map(({ cells }) => cells.map(({ share }) => share))}
        open={shown.map(({ cells }) => cells.map(({ is_mature }) => !is_mature))}
        lead={{ title: "New", measure: "cohort_size", values: shown.map(({ size }) => size) }}
        kind="rate"
        inked
      />
    </>
  );
}
