/** Saved views of the project: opened, deleted, and one more of what is seen now. */
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { removeView, saveView, views } from "../api/desk.ts";
import { useAnswers } from "../api/use-answers.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { useForm } from "../kit/use-form.ts";
import { isEditor, type Opened } from "./Desk.tsx";
import { addressOf, type Named } from "./named.ts";

export default function Views({ here, onClose }: Opened) {
  const { route } = useLocation();
  const { found } = useAnswers({ found: views() });
  const [name, setName] = useState("");
  // Said here: what is said elsewhere lies behind the dialog.
  const [kept, setKept] = useState("");
  const { failed, busy, submit } = useForm(() => {
    setKept("");
    return saveView({ name, ...here }).then(() => {
      setName("");
      found.retry();
    });
  });
  const open = (event: Event, view: Named) => {
    event.preventDefault();
    route(addressOf(view));
    onClose();
  };
  return (
    <Dialog title="Saved views" onClose={onClose}>
      {found.failure && <p role="alert">{found.failure.message}</p>}
      {found.data && found.data.views.length === 0 && <p class="muted">Nothing is saved yet.</p>}
      <ul class="plain">
        {found.data?.views.map((view) => (
          <li key={view.id}>
            <a href={addressOf(view)} title={view.by ?? undefined} onClick={(event) => open(event, view)}>
              {view.name}
            </a>{" "}
            {isEditor() && (
              <button
                type="button"
                class="quiet"
                aria-label={`Delete the view ${view.name}`}
                onClick={() => removeView(view.id).then(found.retry, (error: Error) => setKept(error.message))}
              >
                ✕
              </button>
            )}
          </li>
        ))}
      </ul>
      {(failed || kept) && (
        <p class="bad" role="alert">
          {failed || kept}
        </p>
      )}
      {isEditor() && (
        <form onSubmit={submit}>
          <label>
            Save what is shown now as
            <input value={name} onInput={(event) => setName(event.currentTarget.value)} required maxLength={80} />
          </label>
          <button type="submit" class="main" disabled={busy}>
            Save
          </button>
        </form>
      )}
    </Dialog>
  );
}
