/**
 * A form that changes something: it is sent once at a time, as a browser sends none whose button is disabled, and says
 * below its fields what the server said of it.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Failure } from "../api/client.ts";

interface FormProps {
  readonly send: (fields: FormData) => Promise<unknown>;
  /** What its button says; none where it can only be read. */
  readonly act: string | false;
  /** Whether it takes away what can't be given back. */
  readonly danger?: boolean;
  /** Whether it can't be sent yet. */
  readonly blocked?: boolean;
  /** Whether its button stands beside its field. */
  readonly row?: boolean;
  readonly children: ComponentChildren;
}

export function Form({ send, act, danger, blocked, row, children }: FormProps) {
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailed("");
    send(new FormData(event.currentTarget as HTMLFormElement)).then(
      () => setBusy(false),
      (error: Error) => {
        setBusy(false);
        const isTooOften = error instanceof Failure && error.status === 429;
        setFailed(isTooOften ? "That was tried too often. Wait ten seconds and try again." : error.message);
      },
    );
  };
  return (
    <form class={row ? "find" : undefined} onSubmit={submit}>
      {children}
      {failed && (
        <p class="bad" role="alert">
          {failed}
        </p>
      )}
      {act && (
        <button type="submit" class={danger ? "danger" : "main"} disabled={busy || blocked}>
          {act}
        </button>
      )}
    </form>
  );
}
