/**
 * Where the focus goes when the row that had it is deleted: to the same button of the row that takes its place, or of
 * the last one, or to the heading of the list. A browser leaves it on the body, from where a keyboard starts all over.
 */

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled)";

/** Where the focus was: which one of what can have it, in which row of which list, under which heading. */
interface Place {
  readonly element: Element;
  readonly number: number;
  readonly row: number;
  readonly list: Element;
  readonly around: Element | null;
}

function placeOf(element: Element): Place | null {
  const row = element.closest("tbody > tr, li");
  const list = row?.parentElement;
  if (!row || !list) return null;
  return {
    element,
    number: [...row.querySelectorAll(FOCUSABLE)].indexOf(element),
    row: [...list.children].indexOf(row),
    list,
    around: row.closest("dialog, .panel"),
  };
}

function nearest({ number, row, list, around }: Place): HTMLElement | null {
  if (list.isConnected && list.children.length) {
    const all = list.children[Math.min(row, list.children.length - 1)]!.querySelectorAll<HTMLElement>(FOCUSABLE);
    return all[number] ?? all[0] ?? null;
  }
  const heading = around?.isConnected ? around.querySelector<HTMLElement>("h2") : null;
  // A heading can have the focus, but is no stop on the way of the Tab key.
  if (heading) heading.tabIndex = -1;
  return heading;
}

/** Keep the focus in its list from now on. */
export function keepFocus(root: Element): void {
  let last: Place | null = null;
  root.addEventListener("focusin", ({ target }) => {
    last = placeOf(target as Element);
  });
  new MutationObserver(() => {
    if (!last || last.element.isConnected || document.activeElement !== document.body) return;
    const to = nearest(last);
    last = null;
    to?.focus();
  }).observe(root, { childList: true, subtree: true });
}
