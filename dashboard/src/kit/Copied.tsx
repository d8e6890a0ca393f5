/** A text to be taken along: shown whole, and copied by a button. */
import { useState } from "preact/hooks";

interface CopiedProps {
  /** What it is, for who can't see it. */
  readonly label: string;
  readonly text: string;
}

/** Copy a text, and tell in words how that went: beside the button, for what is told elsewhere is behind a dialog. */
export function useCopy(text: string): readonly [told: string, copy: () => void] {
  const [told, setTold] = useState("");
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setTold("Copied"),
      // Without https a browser may refuse; the text is there to be marked by hand.
      () => setTold("This browser does not let pages copy here: mark the text and copy it"),
    );
  return [told, copy];
}

export function Copied({ label, text }: CopiedProps) {
  const [told, copy] = useCopy(text);
  return (
    <div class="copied">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <button type="button" aria-label={`Copy ${label}`} onClick={copy}>
        Copy
      </button>
      <span role="status">{told}</span>
    </div>
  );
}
