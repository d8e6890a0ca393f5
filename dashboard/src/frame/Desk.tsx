/** Saved views of the project, and links to a page: beside the period. */
import { useState } from "preact/hooks";
import { laterDialog } from "../kit/later-dialog.tsx";
import { boot } from "./boot.ts";
import { canBeShared, type Named, named } from "./named.ts";
import { useAsked } from "./use-asked.ts";

const Views = laterDialog(() => import("./Views.tsx"));
const Sharing = laterDialog(() => import("./Sharing.tsx"));

/** Whether all of the project is told: not to guests, and not to who has a link to a page. */
export const isMember = () => boot.session !== null && boot.session.role !== "guest";
export const isEditor = () => ["owner", "editor"].includes(boot.session?.role ?? "");
export const isOwner = () => boot.session?.role === "owner";

/** The buttons of the bar, on pages that show data. */
export function Desk() {
  const { url, usual } = useAsked();
  const [open, setOpen] = useState<"views" | "share" | null>(null);
  const here = named(url, usual);
  const close = () => setOpen(null);
  if (!here || !isMember()) return null;
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

/** What a dialog of the bar is about. */
export interface Opened {
  readonly here: Named;
  readonly onClose: () => void;
}
