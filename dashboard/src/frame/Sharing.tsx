/** A link to a page, made and shown once. */
import { useState } from "preact/hooks";
import { share } from "../api/desk.ts";
import { useCopy } from "../kit/Copied.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Form } from "../kit/Form.tsx";
import type { Opened } from "./Desk.tsx";

const DAYS = [7, 30, 90, 365];

export default function Sharing({ here, onClose }: Opened) {
  const [days, setDays] = useState(30);
  const [link, setLink] = useState("");
  const [told, copy] = useCopy(link);
  const send = () => share({ ...here, days }).then(({ path }) => setLink(location.origin + path));
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
      <Form send={send} act="Make a link">
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
      </Form>
    </Dialog>
  );
}
