/** A key's secret, shown this once, and the code that sends an event with it. */
import { useState } from "preact/hooks";
import { Copied } from "../kit/Copied.tsx";
import { snippets } from "./snippets.ts";

export function FirstEvent({ secret }: { readonly secret: string }) {
  const all = snippets(location.origin, secret);
  const [title, setTitle] = useState(all[0]!.title);
  const shown = all.find((each) => each.title === title)!;
  return (
    <>
      <Copied label="the key" text={secret} />
      <fieldset class="tabs">
        <legend class="hidden">How to send an event</legend>
        {all.map((each) => (
          <button
            key={each.title}
            type="button"
            class="quiet"
            aria-pressed={each.title === title}
            onClick={() => setTitle(each.title)}
          >
            {each.title}
          </button>
        ))}
      </fieldset>
      <p class="muted">{shown.before}</p>
      <Copied label={`the code for ${title}`} text={shown.code} />
    </>
  );
}
