/** The map of the keyboard, and its switch. */
import { useState } from "preact/hooks";
import { Dialog } from "../kit/Dialog.tsx";
import { areOn, switchShortcuts } from "./shortcuts.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["D", "today"],
  ["H", "last 24 hours"],
  ["W", "last 7 days"],
  ["F", "last 28 days"],
  ["N", "last 91 days"],
  ["M", "this month"],
  ["Y", "this year"],
  ["A", "all time"],
  ["C", "choose days"],
  ["← →", "the period before, the period after"],
  ["X", "compare with: the period before, the year before, nothing"],
  ["/", "find a track"],
  ["Esc", "take all filters away"],
  ["?", "this map"],
];

export default function Help({ onClose }: { readonly onClose: () => void }) {
  const [on, setOn] = useState(areOn());
  const toggle = () => {
    switchShortcuts(!on);
    setOn(!on);
  };
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p>In a chart the arrow keys read it, Home and End go to its ends, Enter adds a note.</p>
      <label class="inline">
        <input type="checkbox" checked={on} onChange={toggle} /> Single keys are on
      </label>
    </Dialog>
  );
}
