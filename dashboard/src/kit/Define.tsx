/** A word with its definition behind it. */
import { Tip } from "./Tip.tsx";

interface DefineProps {
  readonly word: string;
  /** What is defined, where the word stands elsewhere. */
  readonly name?: string;
  readonly text: string;
}

export function Define({ word, name = word, text }: DefineProps) {
  return (
    <span class="define">
      {word}{" "}
      <Tip name={`What ${name} means`} shown="?">
        {text}
      </Tip>
    </span>
  );
}
