/** A dialog of the browser's own: it keeps the focus inside, closes with Esc, and gives the focus back. The first field has it. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** Whether only what is inside ends it; for what must not be lost, such as a secret shown once. */
  readonly kept?: boolean;
  readonly children: ComponentChildren;
}

export function Dialog({ title, onClose, kept, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement;
    element.showModal();
    element.querySelector<HTMLElement>("form :is(input, select, textarea)")?.focus();
    return () => {
      element.close();
      // What was deleted meanwhile can't have it.
      const back = before?.isConnected ? before : document.getElementById("main");
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  const cancel = (event: Event) => {
    event.preventDefault();
    if (!kept) onClose();
  };
  // A browser asks before it closes a dialog only once: at the next Esc it closes it.
  const closed = () => {
    if (!dialog.current?.isConnected) return;
    if (kept) dialog.current.showModal();
    else onClose();
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={cancel} onClose={closed}>
      <header>
        <h2 id={id}>{title}</h2>
        {!kept && (
          <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
            ✕
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
