/** Short messages that come and go: seen at the edge of the page, and read aloud. */
import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useRef, useState } from "preact/hooks";

const SHOWN_MS = 6_000;
const Say = createContext<(text: string) => void>(() => {});

export const useSay = () => useContext(Say);

export function Saying({ children }: { readonly children: ComponentChildren }) {
  const [text, setText] = useState("");
  const timer = useRef(0);
  const say = useCallback((next: string) => {
    clearTimeout(timer.current);
    setText(next);
    timer.current = window.setTimeout(() => setText(""), SHOWN_MS);
  }, []);
  return (
    <Say.Provider value={say}>
      {children}
      <div class={text ? "saying" : "saying hidden"} role="status">
        {text}
      </div>
    </Say.Provider>
  );
}
