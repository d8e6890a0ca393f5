/** The keys of the project: what each may do, whether it is used, and whether what it sends is taken. */
import { useState } from "preact/hooks";
import { createKey, type Key, keys, type MadeKey, revokeKey, rotateKey } from "../api/door.ts";
import { useAnswers } from "../api/use-answers.ts";
import { nameOf } from "../frame/experiences.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { Form } from "../kit/Form.tsx";
import { Long } from "../kit/Long.tsx";
import { Num } from "../kit/Num.tsx";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { When } from "../kit/When.tsx";
import { FirstEvent } from "./FirstEvent.tsx";

/** Seconds between two looks: a use is told within ten. */
const LOOK_S = 10;
const OVERLAPS = { 0: "Not at all", 3600: "1 hour", 86400: "24 hours", 604800: "7 days" } as const;

/** A secret that was made, and what it may be used for. */
type Made = MadeKey & { readonly scopes: readonly string[] };
type Doing = { readonly what: "create" } | { readonly what: "rotate" | "revoke"; readonly key: Key };

export default function Keys() {
  const { found } = useAnswers({ found: keys() }, LOOK_S);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const [all, setAll] = useState(false);
  const close = () => {
    setDoing(null);
    setMade(null);
    found.retry();
  };
  return (
    <Page
      name="keys"
      title="API keys"
      ready={Boolean(found.data ?? found.failure)}
      aside={
        <button type="button" class="main" onClick={() => setDoing({ what: "create" })}>
          New key
        </button>
      }
    >
      <Panel
        title="Keys"
        define="By a key a game sends its events, and a program asks for numbers. Events and rejected ones are those of the last 24 hours."
        answer={found}
        wide
        empty={(data) => data.keys.length === 0 && <a href="/welcome">Make the first key</a>}
        tools={
          <label class="inline">
            <input type="checkbox" checked={all} onChange={() => setAll(!all)} /> Ended ones too
          </label>
        }
      >
        {(data) => (
          <Table
            caption="Keys"
            columns={columns(setDoing)}
            rows={data.keys.filter((key) => all || key.state === "live")}
            id={({ id }) => id}
            mark={({ id }) => ({ "data-key": id })}
          />
        )}
      </Panel>
      {doing?.what === "create" && !made && <Creating onMade={setMade} onClose={close} />}
      {doing?.what === "rotate" && !made && <Rotating of={doing.key} onMade={setMade} onClose={close} />}
      {doing?.what === "revoke" && <Revoking of={doing.key} onClose={close} />}
      {made && (
        <Dialog title="The key, shown only now" kept onClose={close}>
          <FirstEvent secret={made.key} scopes={made.scopes} />
          <button type="button" class="main" onClick={close}>
            I have stored it
          </button>
        </Dialog>
      )}
    </Page>
  );
}

function columns(onDo: (doing: Doing) => void): Column<Key>[] {
  return [
    {
      name: "name",
      title: "Name and key",
      cell: (key) => (
        <>
          <Long text={key.name} /> {key.state !== "live" && <span class="muted">{key.state}</span>}
          <br />
          <code class="whole">
            {key.prefix ?? ""}…{key.last4 ?? ""}
          </code>
        </>
      ),
    },
    { name: "scopes", title: "May", cell: ({ scopes }) => <span class="whole">{scopes.join(", ")}</span> },
    {
      name: "rate",
      title: "Per second",
      number: true,
      cell: ({ rate }) => (rate ? <Num measure="rate" value={rate} /> : <span class="muted">no limit</span>),
    },
    { name: "created", title: "Created", cell: ({ created }) => <When at={created} /> },
    { name: "expires", title: "Ends", cell: ({ revoked, expires }) => <When at={revoked ?? expires} /> },
    { name: "used", title: "Last used", cell: (key) => <Used of={key} /> },
    {
      name: "events",
      title: "Events",
      number: true,
      cell: ({ events }) => <Num measure="events" value={events} />,
    },
    {
      name: "rejected",
      title: "Rejected",
      number: true,
      cell: ({ rejected, last_rejected }) => (
        <span title={last_rejected?.sample.message}>
          <Num measure="rejected" value={rejected} />
        </span>
      ),
    },
    {
      name: "acts",
      title: "Change",
      acts: true,
      cell: (key) =>
        key.state === "live" && (
          <>
            <button
              type="button"
              class="quiet"
              aria-label={`Rotate ${key.name}`}
              onClick={() => onDo({ what: "rotate", key })}
            >
              Rotate
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={`Revoke ${key.name}`}
              onClick={() => onDo({ what: "revoke", key })}
            >
              Revoke
            </button>
          </>
        ),
    },
  ];
}

function Used({ of: key }: { readonly of: Key }) {
  return (
    <>
      <When at={key.last_used} />
      {key.last_universe && <span class="muted">, events from {nameOf("universe", key.last_universe)}</span>}
      {key.old_secrets.map((old) => (
        <p key={old.works_until} class={old.used_since_rotation ? "warning" : "muted"}>
          {old.used_since_rotation ? "Old key still used: " : "Old key "}…{old.last4}{" "}
          <When at={old.last_used} never="never used" />, works until <When at={old.works_until} />
        </p>
      ))}
    </>
  );
}

interface DoingProps {
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}

function Creating({ onMade, onClose }: DoingProps) {
  const send = (fields: FormData) => {
    const days = Number(fields.get("days"));
    const wanted = {
      name: String(fields.get("name")),
      scopes: fields.getAll("scope").map(String),
      rate: Number(fields.get("rate")),
      expires_in_days: days || null,
    };
    return createKey(wanted).then((made) => onMade({ ...made, scopes: wanted.scopes }));
  };
  return (
    <Dialog title="New key" onClose={onClose}>
      <Form send={send} act="Make the key">
        <label>
          Name
          <input name="name" required maxLength={200} placeholder="production servers" />
        </label>
        <fieldset>
          <legend>What it may do</legend>
          <label class="inline">
            <input type="checkbox" name="scope" value="ingest" defaultChecked /> send events (ingest)
          </label>
          <label class="inline">
            <input type="checkbox" name="scope" value="read" /> ask for numbers (read)
          </label>
        </fieldset>
        <label>
          Requests per second, 0 for no limit
          <input name="rate" type="number" min="0" max="1000000000" step="1" defaultValue="0" required />
        </label>
        <label>
          Ends
          <select name="days">
            <option value="0">Never</option>
            <option value="30">After 30 days</option>
            <option value="90">After 90 days</option>
            <option value="365">After a year</option>
          </select>
        </label>
      </Form>
    </Dialog>
  );
}

function Rotating({ of: key, onMade, onClose }: DoingProps & { readonly of: Key }) {
  const send = (fields: FormData) =>
    rotateKey(key.id, Number(fields.get("overlap"))).then((made) => onMade({ ...made, scopes: key.scopes }));
  return (
    <Dialog title={`New secret for ${key.name}`} onClose={onClose}>
      <Form send={send} act="Make a new secret">
        <fieldset>
          <legend>How long the old one goes on working</legend>
          {Object.entries(OVERLAPS).map(([seconds, text]) => (
            <label key={seconds} class="inline">
              <input type="radio" name="overlap" value={seconds} defaultChecked={seconds === "86400"} /> {text}
            </label>
          ))}
        </fieldset>
      </Form>
    </Dialog>
  );
}

/** A name as it is read on a page: its white space is one space. */
const asRead = (name: string) => name.replace(/\s+/g, " ").trim();

function Revoking({ of: key, onClose }: { readonly of: Key; readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const send = () => revokeKey(key.id).then(onClose);
  return (
    <Dialog title={`Revoke ${key.name}`} onClose={onClose}>
      <Form send={send} act="Revoke" danger blocked={asRead(typed) !== asRead(key.name)}>
        <p>Whoever uses it is refused from now on. It can't be given back.</p>
        <label>
          Type its name to go on: <b>{key.name}</b>
          <input autocomplete="off" value={typed} onInput={({ currentTarget: { value } }) => setTyped(value)} />
        </label>
      </Form>
    </Dialog>
  );
}
