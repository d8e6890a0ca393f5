/** The filters above every page of numbers: a chip for each value, which can be turned, and buttons for other ones. */
import { useState } from "preact/hooks";
import { laterDialog } from "../kit/later-dialog.tsx";
import {
  type Asked,
  FILTERS,
  type FilterName,
  type FilterParameter,
  filtered,
  filterOf,
  leavesOut,
  turned,
} from "./asked.ts";
import { nameOf, useRenamed } from "./experiences.ts";

export interface FiltersProps {
  readonly asked: Asked;
  readonly ask: (next: Asked) => void;
}

export const VERBS = { is: "is", not: "is not" } as const;
/** What a value of a filter is called. */
export const calledBy = (name: FilterName, value: string) =>
  name === "universe" || name === "place" ? nameOf(name, value) : value === "0" ? "not set" : value;

export function Chips({ asked, ask }: FiltersProps) {
  useRenamed();
  const chips = (Object.entries(asked.filters) as [FilterParameter, readonly string[]][])
    .flatMap(([name, values]) => values.map((value) => ({ name, value, id: `${filterOf(name)} ${value}` })))
    // A chip that is turned stays where it is.
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return (
    <>
      {chips.map(({ name, value, id }) => {
        const [now, then] = leavesOut(name) ? [VERBS.not, VERBS.is] : [VERBS.is, VERBS.not];
        const title = FILTERS[filterOf(name)];
        const shown = calledBy(filterOf(name), value);
        const others = asked.filters[name]!.filter((each) => each !== value);
        return (
          <span class="chip" key={id} data-filter={name}>
            {title}
            <button
              type="button"
              aria-label={`${title} ${now} ${shown}: change to ${then}`}
              title={`Change to ${then}`}
              onClick={() => ask(turned(asked, name, value))}
            >
              {now}
            </button>
            {shown}
            <button
              type="button"
              aria-label={`Take away the filter ${title} ${now} ${value}`}
              onClick={() => ask(filtered(asked, name, others))}
            >
              ✕
            </button>
          </span>
        );
      })}
    </>
  );
}

const Add = laterDialog(() => import("./Adding.tsx"));
const Pick = laterDialog(() => import("./Picking.tsx"));

/** A button that asks for a filter by ids. */
export function Filter(props: FiltersProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        Filter
      </button>
      {open && <Add {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

/** A button that lists the experiences, to choose one. */
export function Experience(props: FiltersProps) {
  const [open, setOpen] = useState(false);
  const { universe, universe_not } = props.asked.filters;
  return (
    <>
      <button type="button" class="quiet experience" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {universe || universe_not ? "Experiences" : "All experiences"} ▾
      </button>
      {open && <Pick {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
