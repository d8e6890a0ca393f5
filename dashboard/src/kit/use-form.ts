/** A form that changes something: it is sent once at a time, and says beside the fields what the server said of it. */
import { useState } from "preact/hooks";
import { Failure } from "../api/client.ts";

export interface Form {
  readonly failed: string;
  readonly busy: boolean;
  readonly submit: (event: Event) => void;
}

export function useForm(send: (fields: FormData) => Promise<unknown>): Form {
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    if (busy) return;
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
  return { failed, busy, submit };
}
