/** Saved views of the project, and links to a page: beside the period. */
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { removeView, saveView, share, views } from "../api/desk.ts";
import { useAnswers } from "../api/use-answers.ts";
import { useCopy } from "../kit/Copied.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { useForm } from "../kit/use-form.ts";
import { boot } from "./boot.ts";
import { addressOf, canBeShared, type Named, named } from "./named.ts";
import { useAsked } from "./use-asked.ts";

const DAYS = [7, 30, 90, 365];

export const isEditor = () => ["owner", "editor"].includes(boot.session?.role ?? "");
export const isOwner = () => boot.session?.role === "owner";

/** The buttons of the bar, on pages that show data. */
export function Desk() {
  const { url, usual } = useAsked();
  const [open, setOpen] = useState<"views" | "share" | null>(null);
  const here = named(url, usual);
  const close = () => setOpen(null);
  if (!here || boot.session?.role === "guest") return null;
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen("views")}>
        Views
      </button>
      {isOwner() && canBeShared(here) && (
        <button type="button" class="quiet" onClick={() => setOpen("share")}>
          Share
        </button>
      )}
      {open === "views" && <Views here={here} onClose={close} />}
      {open === "share" && <Sharing here={here} onClose={close} />}
    </>
  );
}

interface Opened {
  readonly here: Named;
  readonly onClose: () => void;
}

function Views({ here, onClose }: Opened) {
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

function Sharing({ here, onClose }: Opened) {
  const [days, setDays] = useState(30);
  const [link, setLink] = useState("");
  const [told, copy] = useCopy(link);
  const { failed, busy, submit } = useForm(() =>
    share({ ...here, days }).then(({ path }) => setLink(location.origin + path)),
  );
  if (link)
    return (
      <Dialog title="A link to this page" onClose={onClose} kept>
        <p>Whoever has it sees this page with its filters and period, and nothing else. It is shown this once.</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            copy();
          }}
        >
          <label>
            Link
            <input data-share value={link} readOnly onFocus={(event) => event.currentTarget.select()} />
          </label>
          <button type="submit" class="main">
            Copy
          </button>
          <button type="button" onClick={onClose}>
            I have stored it
          </button>
          <span role="status">{told}</span>
        </form>
      </Dialog>
    );
  return (
    <Dialog title="Share this page" onClose={onClose}>
      <form onSubmit={submit}>
        <p>Without signing in: this page, its filters and its period. Settings lists all links and ends them.</p>
        <label>
          For
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {DAYS.map((count) => (
              <option key={count} value={count}>
                {count} days
              </option>
            ))}
          </select>
        </label>
        {failed && (
          <p class="bad" role="alert">
            {failed}
          </p>
        )}
        <button type="submit" class="main" disabled={busy}>
          Make a link
        </button>
      </form>
    </Dialog>
  );
}
