/**
 * The keys of the whole page. They rest while somebody types, in dialogs, and where they are switched off; the arrow keys
 * also where they scroll.
 */
import { useLayoutEffect } from "preact/hooks";
import { keep, kept } from "./theme.ts";

const NAME = "audioscape-shortcuts";

export const areOn = () => kept(NAME) !== "off";
export const switchShortcuts = (on: boolean) => keep(NAME, on ? "on" : "off");

/** Whether the arrow keys move a table that is wider than its place. */
function isScrolled(target: EventTarget | null): boolean {
  const place = target instanceof Element ? target.closest(".scroll") : null;
  return place !== null && place.scrollWidth > place.clientWidth;
}

/** By the key as the browser names it, lower-case. */
export type Shortcuts = Readonly<Record<string, () => void>>;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useShortcuts(shortcuts: Shortcuts): void {
  // Before the next key: an effect that waits for the next frame would let it act on the address before the last one.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (
        event.altKey ||
        event.ctrlKey ||
        event.metaKey ||
        isTyping(event.target) ||
        document.querySelector("dialog[open]")
      )
        return;
      if (event.key.startsWith("Arrow") && isScrolled(event.target)) return;
      const shortcut = areOn() ? shortcuts[event.key.toLowerCase()] : undefined;
      if (!shortcut) return;
      event.preventDefault();
      shortcut();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [shortcuts]);
}
