/** Gives a universe or a place a name of the project's own, or takes it away. */
import { givenName, type Kind, rename } from "../frame/experiences.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { Form } from "../kit/Form.tsx";

export interface Named {
  readonly kind: Kind;
  readonly id: string;
}

const MOST_CHARS = 80;

export function Renaming({ of: { kind, id }, onClose }: { readonly of: Named; readonly onClose: () => void }) {
  const send = (fields: FormData) => rename(kind, id, String(fields.get("name"))).then(onClose);
  return (
    <Dialog title={kind === "universe" ? "Name the experience" : "Name the place"} onClose={onClose}>
      <Form send={send} act="Save">
        <p class="muted">
          {kind === "universe" ? "Universe" : "Place"} {id}. Everybody of this project sees the name; nothing that is
          counted changes.
        </p>
        <label>
          Name
          <input name="name" defaultValue={givenName(kind, id)} maxLength={MOST_CHARS} placeholder={id} autoFocus />
        </label>
        <p class="muted">Leave it empty to see the id.</p>
      </Form>
    </Dialog>
  );
}
