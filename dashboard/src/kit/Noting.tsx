/** Writes a note down, about a moment or a range of days. */
import { useState } from "preact/hooks";
import { annotate } from "../api/desk.ts";
import { boot } from "../frame/boot.ts";
import { instantOf } from "../frame/calendar.ts";
import { Dialog } from "./Dialog.tsx";
import { Form } from "./Form.tsx";

/** The years of which notes are listed, whatever the zone. */
const TIMES = { min: "1970-01-02T00:00", max: "2099-12-30T00:00" } as const;

interface NotingProps {
  /** What it is about, where that is known: a name, and RFC 3339. */
  readonly about?: { readonly name: string; readonly at: string };
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

export default function Noting({ about, onClose, onAdded }: NotingProps) {
  const { zone } = boot.settings;
  const [text, setText] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const send = () => {
    const moment = (shown: string) => new Date(instantOf(shown, zone)).toISOString();
    return annotate({ at: about?.at ?? moment(from), text, ...(to ? { until: moment(to) } : {}) }).then(() => {
      onAdded();
      onClose();
    });
  };
  return (
    <Dialog title={about ? `A note at ${about.name}` : "A note"} onClose={onClose}>
      <Form send={send} act="Add">
        {!about && (
          <>
            <label>
              From, by the clock of {zone}
              <input
                type="datetime-local"
                name="from"
                value={from}
                required
                {...TIMES}
                onInput={(event) => setFrom(event.currentTarget.value)}
              />
            </label>
            <label>
              To, if it is a range
              <input
                type="datetime-local"
                name="to"
                value={to}
                {...TIMES}
                onInput={(event) => setTo(event.currentTarget.value)}
              />
            </label>
          </>
        )}
        <label>
          What happened
          <input
            name="text"
            value={text}
            required
            maxLength={200}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      </Form>
    </Dialog>
  );
}
