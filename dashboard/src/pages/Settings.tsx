/** What holds for the whole project: its zone and weeks, its titles, its notes, its links. */
import { useState } from "preact/hooks";
import {
  type Annotation,
  annotations,
  changeSettings,
  endShare,
  importTitles,
  people,
  removeAnnotation,
  type Share,
  shares,
  signOutEverywhere,
} from "../api/desk.ts";
import { type Answer, useAnswers } from "../api/use-answers.ts";
import { boot, type ProjectSettings } from "../frame/boot.ts";
import { isEditor, isOwner } from "../frame/Desk.tsx";
import { Act } from "../kit/Act.tsx";
import { Form } from "../kit/Form.tsx";
import { Moment } from "../kit/Moment.tsx";
import Noting from "../kit/Noting.tsx";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { Guests } from "./Guests.tsx";

/** All notes: as far as times go. */
const ALWAYS = { from: 0, to: 4_102_444_800 };

export default function Settings() {
  const { notes, links, everybody } = useAnswers({
    notes: annotations(ALWAYS),
    links: isOwner() ? shares() : null,
    everybody: isOwner() ? people() : null,
  });
  return (
    <Page name="settings" title="Settings" ready={Boolean(notes.data ?? notes.failure)}>
      <div class="panels">
        <Calendar />
        <Titles />
        <Notes answer={notes} />
        {isOwner() && <Links answer={links} />}
        {isOwner() && <Guests answer={everybody} />}
        <People />
      </div>
    </Page>
  );
}

function Calendar() {
  const [wanted, setWanted] = useState<ProjectSettings>(boot.settings);
  // Every number of every page depends on it: all of them are asked for anew.
  const save = () => changeSettings(wanted).then(() => location.reload());
  return (
    <section class="panel" aria-label="Days and weeks">
      <h2>Days and weeks</h2>
      <Form send={save} act={isEditor() && "Save"}>
        <label>
          Time zone
          <input
            name="zone"
            list="zones"
            value={wanted.zone}
            disabled={!isEditor()}
            required
            onInput={(event) => setWanted({ ...wanted, zone: event.currentTarget.value })}
          />
        </label>
        <datalist id="zones">
          {Intl.supportedValuesOf("timeZone").map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <label>
          A week begins on
          <select
            name="week_start"
            value={wanted.week_start}
            disabled={!isEditor()}
            onChange={(event) =>
              setWanted({ ...wanted, week_start: event.currentTarget.value as ProjectSettings["week_start"] })
            }
          >
            <option value="monday">Monday</option>
            <option value="sunday">Sunday</option>
            <option value="saturday">Saturday</option>
          </select>
        </label>
      </Form>
    </section>
  );
}

function Titles() {
  const [told, setTold] = useState("");
  const [refused, setRefused] = useState("");
  const take = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (!file) return;
    setTold(`Reading ${file.name}…`);
    setRefused("");
    importTitles(file)
      .then(
        ({ taken }) => setTold(`${taken.toLocaleString()} titles of ${file.name} are in.`),
        (error: Error) => {
          setTold("");
          setRefused(error.message);
        },
      )
      .finally(() => {
        input.value = "";
      });
  };
  return (
    <section class="panel" aria-label="Titles">
      <h2>Titles</h2>
      <p>
        A CSV with the columns asset_id, title, artist, album, genre and duration (seconds). All of it is taken, or
        nothing; a title that is there already is replaced.
      </p>
      {isEditor() && (
        <label>
          File <input type="file" name="titles" accept=".csv,text/csv" onChange={take} />
        </label>
      )}
      <p role="status">{told}</p>
      {refused && <p role="alert">{refused}</p>}
    </section>
  );
}

function Notes({ answer }: { readonly answer: Answer<{ annotations: Annotation[] }> }) {
  const [adding, setAdding] = useState(false);
  const columns: Column<Annotation>[] = [
    {
      name: "at",
      title: "When",
      cell: ({ at, until }) => (
        <>
          <Moment at={at} />
          {until && (
            <>
              {" – "}
              <Moment at={until} />
            </>
          )}
        </>
      ),
    },
    { name: "text", title: "Note", cell: ({ text }) => <span class="text">{text}</span> },
    { name: "by", title: "By", cell: ({ by }) => by ?? "somebody who left" },
    {
      name: "delete",
      title: <span class="hidden">Delete</span>,
      acts: true,
      cell: ({ id, text }) =>
        isEditor() && (
          <Act quiet label={`Delete the note ${text}`} act={() => removeAnnotation(id).then(answer.retry)}>
            Delete
          </Act>
        ),
    },
  ];
  return (
    <>
      <Panel
        title="Notes"
        define="What happened when: shown in every chart over time. Enter adds one there, too."
        answer={answer}
        wide
        height={80}
        tools={
          isEditor() && (
            <button type="button" onClick={() => setAdding(true)}>
              Add a note
            </button>
          )
        }
        empty={({ annotations: rows }) => rows.length === 0 && <p>Nothing is noted yet.</p>}
      >
        {({ annotations: rows }) => (
          <Table
            caption="Notes"
            columns={columns}
            rows={rows}
            id={({ id }) => id}
            mark={({ id }) => ({ "data-note": id })}
          />
        )}
      </Panel>
      {adding && <Noting onClose={() => setAdding(false)} onAdded={answer.retry} />}
    </>
  );
}

function Links({ answer }: { readonly answer: Answer<{ readonly shares: readonly Share[] }> }) {
  const columns: Column<Share>[] = [
    { name: "page", title: "Page", cell: ({ page }) => page },
    { name: "query", title: "Asked for", cell: ({ query }) => <span class="text">{query || "last 28 days"}</span> },
    { name: "by", title: "By", cell: ({ by }) => by ?? "somebody who left" },
    { name: "ends", title: "Ends", cell: ({ ends_at }) => <Moment at={ends_at} /> },
    {
      name: "end",
      title: <span class="hidden">End</span>,
      acts: true,
      cell: ({ id, page }) => (
        <Act quiet label={`End the link to ${page}`} act={() => endShare(id).then(answer.retry)}>
          End
        </Act>
      ),
    },
  ];
  return (
    <Panel
      title="Links"
      define="Pages that are shown without signing in. Share, beside the period of a page, makes one."
      answer={answer}
      wide
      height={80}
      empty={({ shares: rows }) => rows.length === 0 && <p>No page is shared.</p>}
    >
      {({ shares: rows }) => (
        <Table
          caption="Links"
          columns={columns}
          rows={rows}
          id={({ id }) => id}
          mark={({ id }) => ({ "data-share": id })}
        />
      )}
    </Panel>
  );
}

function People() {
  const leave = () => signOutEverywhere().then(() => location.assign("/login"));
  return (
    <section class="panel" aria-label="People">
      <h2>People</h2>
      {isOwner() && (
        <p>
          <a href="/people">Who may see this project</a>
        </p>
      )}
      <Act act={leave}>Sign me out everywhere</Act>
    </section>
  );
}
