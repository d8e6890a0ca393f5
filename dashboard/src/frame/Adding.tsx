/** Asks for a filter by ids. */
import { useState } from "preact/hooks";
import { Dialog } from "../kit/Dialog.tsx";
import { FILTERS, type FilterName, type FilterParameter, filteredToo } from "./asked.ts";
import { boot } from "./boot.ts";
import { type FiltersProps, VERBS } from "./Filters.tsx";

/** What an id looks like, several with commas between them. */
const IDS = "\\s*[0-9]{1,19}\\s*(,\\s*[0-9]{1,19}\\s*)*";
const KEYS = "\\s*[\\w\\-]{1,64}\\s*(,\\s*[\\w\\-]{1,64}\\s*)*";

export default function Adding({ asked, ask, onClose }: FiltersProps & { readonly onClose: () => void }) {
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
