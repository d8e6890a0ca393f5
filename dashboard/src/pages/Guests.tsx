/** What each guest of the project is shown: for owners. */
import { useEffect, useState } from "preact/hooks";
import { type GuestLimits, guestLimits, limitGuest, type Person } from "../api/desk.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { Panel } from "../kit/Panel.tsx";
import { type Column, Table } from "../kit/Table.tsx";

/** Between an album and its artist, where they are typed. */
const BY = " by ";

export function Guests({ answer }: { readonly answer: Answer<{ readonly people: readonly Person[] }> }) {
  const [chosen, setChosen] = useState<Person | null>(null);
  const columns: Column<Person>[] = [
    { name: "email", title: "Guest", cell: ({ email }) => email },
    {
      name: "shown",
      title: <span class="hidden">What is shown</span>,
      cell: (person) => (
        <button
          type="button"
          class="quiet"
          aria-label={`What ${person.email} is shown`}
          onClick={() => setChosen(person)}
        >
          What is shown
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

const lines = (text: string) => text.split("\n").flatMap((line) => line.trim() || []);

function written({ assets, artists, albums }: GuestLimits) {
  return {
    assets: assets.join("\n"),
    artists: artists.join("\n"),
    albums: albums.map(({ album, artist }) => (artist ? album + BY + artist : album)).join("\n"),
  };
}

function albumOf(line: string) {
  const at = line.lastIndexOf(BY);
  return at < 0 ? { album: line, artist: null } : { album: line.slice(0, at), artist: line.slice(at + BY.length) };
}

const FIELDS = [
  ["assets", "Tracks, an asset id on each line"],
  ["artists", "Artists, as the titles name them"],
  ["albums", "Albums, as “album by artist”"],
] as const;

function Shown({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const { given } = useAnswers({ given: guestLimits(person.id) });
  const [text, setText] = useState({ assets: "", artists: "", albums: "" });
  const [refused, setRefused] = useState("");
  const known = given.data;
  useEffect(() => {
    if (known) setText(written(known));
  }, [known]);
  const save = (event: Event) => {
    event.preventDefault();
    const { assets, artists, albums } = text;
    const wanted = { assets: lines(assets), artists: lines(artists), albums: lines(albums).map(albumOf) };
    limitGuest(person.id, wanted).then(onClose, (error: Error) => setRefused(error.message));
  };
  return (
    <Dialog title={`What ${person.email} is shown`} onClose={onClose}>
      <form onSubmit={save}>
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
        {refused && <p role="alert">{refused}</p>}
        <button type="submit" class="main" disabled={!known}>
          Save
        </button>
      </form>
    </Dialog>
  );
}
