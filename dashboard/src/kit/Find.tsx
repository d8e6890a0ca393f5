/** A field in which a text is looked for; the key / leads to it. Nothing in it looks for all again. */
import { useEffect, useRef } from "preact/hooks";

interface FindProps {
  /** What the text is a part of. */
  readonly what: string;
  readonly text: string;
  readonly onFind: (text: string) => void;
}

export function Find({ what, text, onFind }: FindProps) {
  const field = useRef<HTMLInputElement>(null);
  // A step back in the browser changes what is looked for.
  useEffect(() => {
    if (field.current) field.current.value = text;
  }, [text]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onFind(field.current?.value.trim() ?? "");
  };
  return (
    <search>
      <form class="find" onSubmit={submit}>
        <label>
          <span class="hidden">{what}</span>
          <input ref={field} type="search" data-find maxLength={256} placeholder={what} />
        </label>
        <button type="submit">Find</button>
      </form>
    </search>
  );
}
