/** Saved views of the project: opened, deleted, and one more of what is seen now. */
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { removeView, saveView, views } from "../api/desk.ts";
import { useAnswers } from "../api/use-answers.ts";
import { Act } from "../kit/Act.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Form } from "../kit/Form.tsx";
import { isEditor, type Opened } from "./Desk.tsx";
import { addressOf, type Named } from "./named.ts";

export default function Views({ here, onClose }: Opened) {
  const { route } = useLocation();
  const { found } = useAnswers({ found: views() });
  const [name, setName] = useState("");
  // Said here: what is said elsewhere lies behind the dialog.
  const [kept, setKept] = useState("");
  const send = () => {
    setKept("");
    return saveView({ name, ...here }).then(() => {
      setName("");
      return found.retry();
    });
  };
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
              <Act
                quiet
                label={`Delete the view ${view.name}`}
                act={() => removeView(view.id).then(found.retry)}
                onRefused={(error) => setKept(error.message)}
              >
                ✕
              </Act>
            )}
          </li>
        ))}
      </ul>
      {kept && (
        <p class="bad" role="alert">
          {kept}
        </p>
      )}
      {isEditor() && (
        <Form send={send} act="Save">
          <label>
            Save what is shown now as
            <input value={name} onInput={(event) => setName(event.currentTarget.value)} required maxLength={80} />
          </label>
        </Form>
      )}
    </Dialog>
  );
}
