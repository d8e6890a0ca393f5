/**
 * A button that has the server do something at once. Until the answer is there it takes no other click, and keeps the
 * focus; of a double click it takes the first half, as what comes to stand there meanwhile is something else.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useSay } from "./say.tsx";

interface ActProps {
  /** Fulfilled when the page shows that it is done. */
  readonly act: () => Promise<unknown>;
  /** Says why it was refused; at the edge of the page where nothing else is given. */
  readonly onRefused?: (error: Error) => void;
  /** What it does, where its words alone don't tell. */
  readonly label?: string;
  readonly quiet?: boolean;
  readonly children: ComponentChildren;
}

export function Act({ act, onRefused, label, quiet, children }: ActProps) {
  const say = useSay();
  const [busy, setBusy] = useState(false);
  const click = ({ detail }: MouseEvent) => {
    if (busy || detail > 1) return;
    setBusy(true);
    act()
      .catch(onRefused ?? ((error: Error) => say(error.message)))
      .finally(() => setBusy(false));
  };
  return (
    <button type="button" class={quiet ? "quiet" : undefined} aria-label={label} aria-disabled={busy} onClick={click}>
      {children}
    </button>
  );
}
