/** A word with its definition behind it: for the mouse, for the keyboard, and for a reader. */
import { useId, useState } from "preact/hooks";

interface DefineProps {
  readonly word: string;
  /** What is defined, where the word stands elsewhere. */
  readonly name?: string;
  readonly text: string;
}

export function Define({ word, name = word, text }: DefineProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
  };
  return (
    <span class="define">
      {word}{" "}
      <button
        type="button"
        class="mark"
        aria-label={`What ${name} means`}
        aria-describedby={open ? id : undefined}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        onMouseEnter={() => setOpen(true)}
        onMouseLeave={() => setOpen(false)}
        onBlur={() => setOpen(false)}
        onKeyDown={close}
      >
        ?
      </button>
      {open && (
        <span role="tooltip" id={id} class="tip">
          {text}
        </span>
      )}
    </span>
  );
}
