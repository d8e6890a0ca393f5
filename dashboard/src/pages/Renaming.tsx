/** Gives a universe or a place a name of the project's own, or takes it away. */
import { givenName, type Kind, rename } from "../frame/experiences.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { useForm } from "../kit/use-form.ts";

export interface Named {
  readonly kind: Kind;
  readonly id: string;
}

const MOST_CHARS = 80;

export function Renaming({ of: { kind, id }, onClose }: { readonly of: Named; readonly onClose: () => void }) {
  const { failed, busy, submit } = useForm((fields) => rename(kind, id, String(fields.get("name"))).then(onClose));
  return (
    <Dialog title={kind === "universe" ? "Name the experience" : "Name the place"} onClose={onClose}>
      <form onSubmit={submit}>
        <p class="muted">
          {kind === "universe" ? "Universe" : "Place"} {id}. Everybody of this project sees the name; nothing that is
          counted changes.
        </p>
        <label>
          Name
          <input name="name" defaultValue={givenName(kind, id)} maxLength={MOST_CHARS} placeholder={id} autoFocus />
        </label>
        {failed && <p role="alert">{failed}</p>}
        <p class="muted">Leave it empty to see the id.</p>
        <button type="submit" class="main" disabled={busy}>
          Save
        </button>
      </form>
    </Dialog>
  );
}
