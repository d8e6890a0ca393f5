/** What each guest of the project is shown: for owners. */
import { useEffect, useState } from "preact/hooks";
import { guestLimits, limitGuest, type Person } from "../api/desk.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { Form } from "../kit/Form.tsx";
import { Panel } from "../kit/Panel.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { given, written } from "./given.ts";

export function Guests({ answer }: { readonly answer: Answer<{ readonly people: readonly Person[] }> }) {
  const [chosen, setChosen] = useState<Person | null>(null);
  const columns: Column<Person>[] = [
    { name: "email", title: "Guest", cell: ({ email }) => email },
    {
      name: "shown",
      title: <span class="hidden">What is shown</span>,
      acts: true,
      cell: (person) => (
        <button type="button" class="quiet" onClick={() => setChosen(person)}>
          What is shown<span class="hidden"> to {person.email}</span>
        </button>
      ),
    },
  ];
  const guests = (everybody: readonly Person[]) =>
    everybody.filter(({ role, invited_until }) => role === "guest" && !invited_until);
  return (
    <>
      <Panel
        title="Guests"
        define="Who is shown some tracks and nothing else. People invites them, with the role guest."
        answer={answer}
        wide
        height={80}
        empty={({ people }) => guests(people).length === 0 && <p>This project has no guests.</p>}
      >
        {({ people }) => (
          <Table
            caption="Guests"
            columns={columns}
            rows={guests(people)}
            id={({ id }) => id}
            mark={({ email }) => ({ "data-guest": email })}
          />
        )}
      </Panel>
      {chosen && <Shown person={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

const FIELDS = [
  ["assets", "Tracks, an asset id on each line"],
  ["artists", "Artists, as the titles name them"],
  ["albums", 'Albums, as “album by artist”; with " around an album with “by” in its name'],
] as const;

function Shown({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const { limits } = useAnswers({ limits: guestLimits(person.id) });
  const [text, setText] = useState({ assets: "", artists: "", albums: "" });
  const known = limits.data;
  useEffect(() => {
    if (known) setText(written(known));
  }, [known]);
  const save = () => limitGuest(person.id, given(text)).then(onClose);
  return (
    <Dialog title={`What ${person.email} is shown`} onClose={onClose}>
      <Form send={save} act="Save" blocked={!known}>
        {FIELDS.map(([name, title]) => (
          <label key={name}>
            {title}
            <textarea
              name={name}
              rows={4}
              value={text[name]}
              disabled={!known}
              onInput={(event) => setText({ ...text, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </Form>
    </Dialog>
  );
}
