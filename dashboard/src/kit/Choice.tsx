/** One of a few, beside the title of what it changes. */
interface ChoiceProps<T extends string> {
  readonly title: string;
  readonly value: T;
  /** What can be chosen, and what a page calls it. */
  readonly options: readonly (readonly [T, string])[];
  readonly onChoose: (value: T) => void;
}

export function Choice<T extends string>({ title, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <label>
      {title}{" "}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value as T)}>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What an address says, if it can be chosen; else the first. */
export function chosen<T extends string>(text: string | undefined, options: readonly (readonly [T, string])[]): T {
  return options.find(([name]) => name === text)?.[0] ?? options[0]![0];
}
