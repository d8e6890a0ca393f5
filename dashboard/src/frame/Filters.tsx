/** The filters above every page of numbers: a chip for each value, which can be turned, and a form for another one. */
import { useState } from "preact/hooks";
import { Dialog } from "../kit/Dialog.tsx";
import {
  type Asked,
  FILTERS,
  type FilterName,
  type FilterParameter,
  filtered,
  filteredToo,
  filterOf,
  leavesOut,
  turned,
} from "./asked.ts";
import { boot } from "./boot.ts";
import { nameOf, useRenamed } from "./experiences.ts";

interface FiltersProps {
  readonly asked: Asked;
  readonly ask: (next: Asked) => void;
}

const VERBS = { is: "is", not: "is not" } as const;
/** What an id looks like, several with commas between them. */
const IDS = "\\s*[0-9]{1,19}\\s*(,\\s*[0-9]{1,19}\\s*)*";
const KEYS = "\\s*[\\w\\-]{1,64}\\s*(,\\s*[\\w\\-]{1,64}\\s*)*";

/** What a value of a filter is called. */
const calledBy = (name: FilterName, value: string) =>
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

function Add({ asked, ask, onClose }: FiltersProps & { readonly onClose: () => void }) {
  const [name, setName] = useState<FilterName>("asset");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const values = String(given.get("values")).split(",");
    const parameter: FilterParameter = given.get("verb") === "not" ? `${name}_not` : name;
    onClose();
    ask(
      filteredToo(
        asked,
        parameter,
        values.map((value) => value.trim()),
      ),
    );
  };
  return (
    <Dialog title="Filter" onClose={onClose}>
      <form onSubmit={submit}>
        <label>
          What
          <select value={name} onChange={(event) => setName(event.currentTarget.value as FilterName)}>
            {Object.entries(FILTERS).map(([each, title]) => (
              <option key={each} value={each}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Which
          <select name="verb">
            {Object.entries(VERBS).map(([verb, text]) => (
              <option key={verb} value={verb}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label>
          Ids, with commas between them
          <input name="values" list="named" required pattern={name === "key" ? KEYS : IDS} />
        </label>
        {(name === "universe" || name === "place") && (
          <>
            <datalist id="named">
              {Object.entries(boot.experiences[name]).map(([id, called]) => (
                <option key={id} value={id} label={called} />
              ))}
            </datalist>
            <p class="muted">0 is what was sent without one.</p>
          </>
        )}
        <button type="submit" class="main">
          Show
        </button>
      </form>
    </Dialog>
  );
}
