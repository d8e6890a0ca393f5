/** The people of the project: who they are, what each may do, and who is invited. For owners. */
import { useState } from "preact/hooks";
import { type Invited, invite, type Person, people, ROLES, removePerson, setRole, signOut } from "../api/door.ts";
import { useAnswers } from "../api/use-answers.ts";
import { boot } from "../frame/boot.ts";
import { Act } from "../kit/Act.tsx";
import { Copied } from "../kit/Copied.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Form } from "../kit/Form.tsx";
import { Num } from "../kit/Num.tsx";
import { Page } from "../kit/Page.tsx";
import { Panel } from "../kit/Panel.tsx";
import { useSay } from "../kit/say.tsx";
import { type Column, Table } from "../kit/Table.tsx";
import { When } from "../kit/When.tsx";

export default function People() {
  const { found } = useAnswers({ found: people() });
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Person | null>(null);
  const say = useSay();
  const done = (text: string) => () => {
    say(text);
    return found.retry();
  };
  const refused = (error: Error) => void done(error.message)();
  const columns: Column<Person>[] = [
    {
      name: "email",
      title: "Email",
      cell: ({ email, you }) => (
        <>
          {email} {you && <span class="muted">you</span>}
        </>
      ),
    },
    {
      name: "role",
      title: "Role",
      cell: (person) =>
        person.invited_until ? (
          <>
            {person.role}{" "}
            <span class="muted">
              invited until <When at={person.invited_until} />
            </span>
          </>
        ) : (
          <select
            aria-label={`Role of ${person.email}`}
            value={person.role}
            onChange={({ currentTarget: { value } }) =>
              setRole(person.id, value).then(done(`${person.email} is ${value} now`), refused)
            }
          >
            {[...new Set([...ROLES, person.role])].map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        ),
    },
    {
      name: "seen",
      title: "Last seen",
      cell: ({ last_seen, invited_until }) => !invited_until && <When at={last_seen} never="not yet" />,
    },
    {
      name: "acts",
      title: "Change",
      acts: true,
      cell: (person) => (
        <>
          {!person.invited_until && (
            <Act
              quiet
              label={`Sign out ${person.email} everywhere`}
              act={() => signOut(person.id).then(done(`${person.email} is signed out everywhere`))}
              onRefused={refused}
            >
              Sign out
            </Act>
          )}
          <button
            type="button"
            class="quiet"
            aria-label={`${person.invited_until ? "Take back the invitation of" : "Remove"} ${person.email}`}
            onClick={() => setRemoving(person)}
          >
            {person.invited_until ? "Take back" : "Remove"}
          </button>
        </>
      ),
    },
  ];
  return (
    <Page
      name="people"
      title="People"
      ready={Boolean(found.data ?? found.failure)}
      aside={
        <button type="button" class="main" onClick={() => setInviting(true)}>
          Invite somebody
        </button>
      }
    >
      <Panel
        title={`People of ${boot.session?.project}`}
        define="An owner manages people and shares pages, an editor also keys, titles, notes and settings, a viewer reads. What a guest sees, an owner says in the settings."
        answer={found}
        wide
      >
        {({ people: rows }) => (
          <>
            <p>
              <Num measure="people" value={rows.filter((row) => !row.invited_until).length} /> with a role,{" "}
              <Num measure="invitations" value={rows.filter((row) => row.invited_until).length} /> invited
            </p>
            <Table
              caption="People"
              columns={columns}
              rows={rows}
              id={({ id }) => id}
              mark={({ email }) => ({ "data-person": email })}
            />
          </>
        )}
      </Panel>
      {inviting && (
        <Inviting
          onClose={() => {
            setInviting(false);
            found.retry();
          }}
        />
      )}
      {removing && (
        <Removing
          person={removing}
          onClose={() => {
            setRemoving(null);
            found.retry();
          }}
        />
      )}
    </Page>
  );
}

function Inviting({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<Invited | null>(null);
  const send = (fields: FormData) => invite(String(fields.get("email")), String(fields.get("role"))).then(setMade);
  if (made)
    return (
      <Dialog title={`Send this link to ${made.email}`} kept onClose={onClose}>
        <p>
          It works once, until <When at={made.invited_until} />, and is shown only now. Who opens it becomes {made.role}
          .
        </p>
        <Copied label="the link" text={made.link} />
        <button type="button" class="main" onClick={onClose}>
          I have sent it
        </button>
      </Dialog>
    );
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <Form send={send} act="Make the link">
        <label>
          Email
          <input name="email" type="email" required />
        </label>
        <label>
          Role
          <select name="role">
            {ROLES.map((role) => (
              <option key={role} selected={role === "viewer"}>
                {role}
              </option>
            ))}
          </select>
        </label>
      </Form>
    </Dialog>
  );
}

function Removing({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const act = person.invited_until ? "Take it back" : `Remove ${person.email}`;
  return (
    <Dialog title={person.invited_until ? "Take the invitation back" : "Remove somebody"} onClose={onClose}>
      <Form send={() => removePerson(person.id).then(onClose)} act={act} danger>
        <p>
          {person.invited_until
            ? `The link for ${person.email} stops working.`
            : `${person.email} sees nothing of this project any more, from the next click on.`}
        </p>
      </Form>
    </Dialog>
  );
}
