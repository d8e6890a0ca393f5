/**
 * A button with more behind it: for the mouse, which may move over it, for the keyboard, and for a reader. It lies above
 * all else, as a table that scrolls would cut it off.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

interface TipProps {
  /** What the button is called, where what it shows does not say so. */
  readonly name?: string;
  readonly shown: ComponentChildren;
  /** What is behind it. */
  readonly children: ComponentChildren;
}

/** Least pixels to the edges of the window. */
const EDGE = 8;

export function Tip({ name, shown, children }: TipProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  useEffect(() => {
    if (!open) return;
    // It would stay where it is.
    addEventListener("scroll", close, true);
    return () => removeEventListener("scroll", close, true);
  }, [open]);
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    close();
  };
  const place = (tip: HTMLSpanElement | null) => {
    if (!tip) return;
    const { left, top, bottom } = button.current!.getBoundingClientRect();
    const fits = bottom + tip.offsetHeight + EDGE <= innerHeight || top < tip.offsetHeight;
    tip.style.setProperty(
      "left",
      `${Math.max(EDGE, Math.min(left, document.body.clientWidth - tip.offsetWidth - EDGE))}px`,
    );
    tip.style.setProperty("top", `${fits ? bottom : top - tip.offsetHeight}px`);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button is what is used; this keeps open what it opened.
    <span onMouseEnter={() => setOpen(true)} onMouseLeave={close}>
      <button
        ref={button}
        type="button"
        class="mark"
        aria-label={name}
        aria-describedby={open ? id : undefined}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        onBlur={close}
        onKeyDown={press}
      >
        {shown}
      </button>
      {open && (
        <span role="tooltip" id={id} class="tip" ref={place}>
          {children}
        </span>
      )}
    </span>
  );
}
