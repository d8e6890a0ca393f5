/** The same code in each way that somebody may want to send events: one of them is seen, and copied by a button. */
import { useState } from "preact/hooks";
import { Copied } from "../kit/Copied.tsx";
import type { Snippet } from "./snippets.ts";

interface SnippetsProps {
  /** What the code is for. */
  readonly title: string;
  readonly all: readonly Snippet[];
}

export function Snippets({ title, all }: SnippetsProps) {
  const [chosen, setChosen] = useState(all[0]!.title);
  const shown = all.find((each) => each.title === chosen)!;
  return (
    <>
      <fieldset class="tabs">
        <legend class="hidden">{title}</legend>
        {all.map((each) => (
          <button
            key={each.title}
            type="button"
            class="quiet"
            aria-pressed={each.title === chosen}
            onClick={() => setChosen(each.title)}
          >
            {each.title}
          </button>
        ))}
      </fieldset>
      <p class="muted">
        {shown.before.split("`").map((part, index) => (index % 2 ? <code key={part}>{part}</code> : part))}
      </p>
      {shown.command && <Copied label={`the command for ${chosen}`} text={shown.command} />}
      <Copied label={`the code for ${chosen}`} text={shown.code} />
    </>
  );
}
