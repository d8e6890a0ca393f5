/** A text to be taken along: shown whole, and copied by a button. */
import { useSay } from "./say.tsx";

interface CopiedProps {
  /** What it is, for who can't see it. */
  readonly label: string;
  readonly text: string;
}

export function Copied({ label, text }: CopiedProps) {
  const say = useSay();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say("Copied"),
      // Without https a browser may refuse; the text is there to be marked by hand.
      () => say("This browser does not let pages copy here: mark the text and copy it"),
    );
  return (
    <div class="copied">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <button type="button" aria-label={`Copy ${label}`} onClick={copy}>
        Copy
      </button>
    </div>
  );
}
