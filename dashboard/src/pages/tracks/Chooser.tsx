/** Chooses the columns of the list of tracks. */
import { useState } from "preact/hooks";
import { Dialog } from "../../kit/Dialog.tsx";
import { COLUMNS, type ColumnName, titleOf, USUAL } from "./columns.tsx";

interface ChooserProps {
  readonly names: readonly ColumnName[];
  readonly onChoose: (names: readonly ColumnName[]) => void;
}

export function Chooser({ names, onChoose }: ChooserProps) {
  const [open, setOpen] = useState(false);
  const turn = (name: ColumnName) =>
    onChoose(names.includes(name) ? names.filter((each) => each !== name) : [...names, name]);
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        Columns
      </button>
      {open && (
        <Dialog title="Columns" onClose={() => setOpen(false)}>
          <fieldset class="column-names">
            <legend class="hidden">Columns of the list</legend>
            {COLUMNS.map((name) => {
              const isShown = names.includes(name);
              return (
                <label key={name} class="inline">
                  <input
                    type="checkbox"
                    name={name}
                    checked={isShown}
                    // A list without a column says nothing.
                    disabled={isShown && names.length === 1}
                    onChange={() => turn(name)}
                  />
                  {titleOf(name)}
                </label>
              );
            })}
          </fieldset>
          <button type="button" onClick={() => onChoose(USUAL)}>
            The usual ones
          </button>
        </Dialog>
      )}
    </>
  );
}
