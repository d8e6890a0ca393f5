/** The conditions that events fulfil: each can be taken away, and one more can be added. */
import { condition, MOST_CONDITIONS, OPERATORS, shownName } from "./names.ts";

interface ConditionsProps {
  readonly list: readonly string[];
  /** What a condition may be about: names as the API takes them. */
  readonly names: readonly string[];
  readonly onChange: (list: readonly string[]) => void;
}

export function Conditions({ list, names, onChange }: ConditionsProps) {
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    onChange([...new Set([...list, `${given.get("name")}:${given.get("operator")}:${given.get("text")}`])]);
    form.reset();
  };
  return (
    <div class="choices">
      {list.map((text, index) => {
        const { name, operator, text: value } = condition(text)!;
        const words = `${shownName(name)} ${OPERATORS.find(([each]) => each === operator)![1]} ${value || "not set"}`;
        return (
          <span class="chip" key={text}>
            <span class="text">{words}</span>
            <button
              type="button"
              aria-label={`Take away the condition ${words}`}
              onClick={() => onChange(list.filter((_, place) => place !== index))}
            >
              ✕
            </button>
          </span>
        );
      })}
      {list.length < MOST_CONDITIONS && (
        <form class="choices" onSubmit={add} aria-label="Add a condition">
          <label>
            <span class="hidden">What it is about</span>
            <select name="name">
              {names.map((name) => (
                <option key={name} value={name}>
                  {shownName(name)}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span class="hidden">How it compares</span>
            <select name="operator">
              {OPERATORS.map(([name, text]) => (
                <option key={name} value={name}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span class="hidden">Value</span>
            <input name="text" maxLength={256} placeholder="nothing = not set" />
          </label>
          <button type="submit">Add</button>
        </form>
      )}
    </div>
  );
}
