/** The first steps: a key, the code that sends an event with it, and whether one has come or was refused. */
import { useState } from "preact/hooks";
import { createKey, type Key, keys, type MadeKey } from "../api/door.ts";
import { useAnswers } from "../api/use-answers.ts";
import { Form } from "../kit/Form.tsx";
import { Num } from "../kit/Num.tsx";
import { Page } from "../kit/Page.tsx";
import { FirstEvent } from "./FirstEvent.tsx";

const SCOPES = ["ingest"];
/** Seconds between two looks whether an event has come. */
const LOOK_S = 2;

export default function Welcome() {
  const [made, setMade] = useState<MadeKey | null>(null);
  const send = (fields: FormData) =>
    createKey({ name: String(fields.get("name")), scopes: SCOPES, rate: 0, expires_in_days: null }).then(setMade);
  return (
    <Page name="welcome" title="Your first event" ready>
      <div class="panels">
        <section class="panel wide">
          <header>
            <h2>1. Make a key for your game</h2>
          </header>
          {made ? (
            <p>This is the only time that the key is shown. Keep it where your game's secrets are.</p>
          ) : (
            <Form send={send} act="Make the key" row>
              <label>
                Name of the key
                <input name="name" required maxLength={200} defaultValue="game servers" />
              </label>
            </Form>
          )}
        </section>
        {made && (
          <section class="panel wide">
            <header>
              <h2>2. Send an event</h2>
            </header>
            <FirstEvent secret={made.key} scopes={SCOPES} />
          </section>
        )}
        {made && <Waiting id={made.id} />}
      </div>
    </Page>
  );
}

function Waiting({ id }: { readonly id: string }) {
  const [came, setCame] = useState(false);
  const { found } = useAnswers({ found: keys() }, came ? undefined : LOOK_S);
  const key = found.data?.keys.find((each) => each.id === id);
  if (key?.events && !came) setCame(true);
  return (
    <section class="panel wide" aria-live="polite">
      <header>
        <h2>3. See it here</h2>
      </header>
      {key?.events ? (
        <>
          <p class="good" data-state="arrived">
            <b>It has arrived.</b> Events by this key: <Num measure="events" value={key.events} />
          </p>
          <a class="button main" href="/?period=today">
            See the numbers
          </a>
        </>
      ) : key?.last_rejected ? (
        <Refused last={key.last_rejected} count={key.rejected} />
      ) : (
        <p data-state="waiting">Waiting for the first event…</p>
      )}
      {found.failure && <p class="bad">{found.failure.message}</p>}
    </section>
  );
}

function Refused({ last, count }: { readonly last: NonNullable<Key["last_rejected"]>; readonly count: number }) {
  return (
    <div data-state="rejected">
      <p class="bad">
        <b>An event came and was rejected:</b> {last.sample.message ?? last.reason}
      </p>
      <p>
        Rejected so far: <Num measure="rejected" value={count} />. The last one, without what may name a player:
      </p>
      <pre>{JSON.stringify(last.sample.event, null, 2)}</pre>
      <p>Waiting for one that is right…</p>
    </div>
  );
}
