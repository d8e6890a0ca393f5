/**
 * A button with more behind it: for the mouse, which may move over it, for the keyboard, and for a reader. It lies in the
 * browser's top layer: a table that scrolls would cut it off, and the bar lie over it.
 */
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

interface TipProps {
  /** What the button is called, where what it shows does not say so. */
  readonly name?: string;
  readonly shown: ComponentChildren;
  /** What is behind it. */
  readonly children: ComponentChildren;
}

/** Least pixels to the edges of the window. */
const EDGE = 8;
/** Pixels by which an arrow key moves what is taller than the window. */
const LINE = 40;

export function Tip({ name, shown, children }: TipProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const [open, setOpen] = useState(false);
  const hovered = useRef(false);
  const close = () => setOpen(false);
  useLayoutEffect(() => {
    if (!open) return;
    // Where a browser knows no such layer, what makes a layer of its own around the button may lie below the bar.
    tip.current!.showPopover?.();
    place(button.current!, tip.current!);
    const placed = button.current!.getBoundingClientRect();
    // It would stay where it is. What scrolled before, as to bring the button into sight, may be told only now.
    const scroll = () => {
      const { left, top } = button.current!.getBoundingClientRect();
      if (left !== placed.left || top !== placed.top) close();
    };
    const press = (event: KeyboardEvent) => {
      const { clientHeight, scrollHeight } = tip.current!;
      const by = { ArrowUp: -LINE, ArrowDown: LINE, PageUp: -clientHeight, PageDown: clientHeight }[event.key];
      if (event.key === "Escape") close();
      else if (by && scrollHeight > clientHeight) {
        tip.current!.scrollBy(0, by);
        event.preventDefault();
      } else return;
      event.stopPropagation();
    };
    addEventListener("scroll", scroll, true);
    addEventListener("resize", close);
    addEventListener("keydown", press, true);
    return () => {
      removeEventListener("scroll", scroll, true);
      removeEventListener("resize", close);
      removeEventListener("keydown", press, true);
    };
  }, [open]);
  const hover = (is: boolean) => (event: PointerEvent) => {
    // A finger that taps hovers, too, and what that opened its click would close.
    if (event.pointerType !== "mouse") return;
    hovered.current = is;
    setOpen(is);
  };
  return (
    <span onPointerEnter={hover(true)} onPointerLeave={hover(false)}>
      <button
        ref={button}
        type="button"
        class="mark"
        aria-label={name}
        aria-describedby={open ? id : undefined}
        aria-expanded={open}
        onClick={() => setOpen(hovered.current || !open)}
        onBlur={close}
      >
        {shown}
      </button>
      {open && (
        <span role="tooltip" popover="manual" id={id} class="tip" ref={tip}>
          {children}
        </span>
      )}
    </span>
  );
}

/** Below the button, or above it where that is too low; where it is too long for both, it lies over the button. Always seen. */
function place(button: HTMLElement, tip: HTMLElement): void {
  const { left, top, bottom } = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tip;
  const lowest = innerHeight - height - EDGE;
  const above = top - height;
  const wanted = bottom <= lowest || above < EDGE ? bottom : above;
  tip.style.setProperty("left", `${Math.max(EDGE, Math.min(left, document.body.clientWidth - width - EDGE))}px`);
  tip.style.setProperty("top", `${Math.max(EDGE, Math.min(wanted, lowest))}px`);
}
