/**
 * What a one-time link opens: the first account, an invitation, or a new password.
 *
 * The link's token stands behind the # of the address, so nobody but this page has read it; it is sent in a body.
 */
import { useEffect, useState } from "preact/hooks";
import { change, Failure } from "../api/client.ts";
import type { Opened } from "../api/door.ts";
import { Form } from "../kit/Form.tsx";
import { Page } from "../kit/Page.tsx";

const LEAST_CHARS = 12;

const token = () => location.hash.slice(1);

function explained({ kind, project, role, has_account }: Opened): string {
  if (kind === "first") return "Nobody has an account here yet. Make the first one: it owns the project.";
  if (kind === "reset") return "Choose a new password. Whoever is signed in by the old one is signed out.";
  const what = `You are invited to the project ${project} as ${role}.`;
  return has_account ? `${what} Sign in with the password that you have.` : `${what} Choose a password.`;
}

export default function Join() {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [missing, setMissing] = useState("");
  useEffect(() => {
    const look = () => {
      setOpened(null);
      setMissing("");
      if (!token()) return setMissing("This address is not whole: what stands behind the # is missing.");
      change<Opened>("POST", "/join/look", { token: token() }).then(setOpened, (error: Failure) =>
        setMissing(error.message),
      );
    };
    look();
    // Another link, opened in the same tab, changes nothing but what stands behind the #.
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return (
    <Page name="join" title={opened?.kind === "reset" ? "New password" : "Welcome"} ready={Boolean(opened ?? missing)}>
      {missing && <p role="alert">{missing}</p>}
      {missing && <a href="/login">Sign in</a>}
      {opened && <Joining opened={opened} />}
    </Page>
  );
}

function Joining({ opened }: { readonly opened: Opened }) {
  const has = opened.kind === "invitation" && opened.has_account;
  const send = async (fields: FormData) => {
    const password = fields.get("password");
    if (!has && password !== fields.get("again")) throw new Failure(0, "The two passwords differ.");
    const email = opened.email ? {} : { email: fields.get("email") };
    await change("POST", "/join", { token: token(), password, ...email });
    location.assign(opened.kind === "first" ? "/welcome" : "/");
  };
  const act = has ? "Accept" : opened.kind === "reset" ? "Set the password" : "Make the account";
  return (
    <Form send={send} act={act}>
      <p>{explained(opened)}</p>
      <label>
        Email
        <input
          name="email"
          type="email"
          autocomplete="username"
          required
          readOnly={opened.email !== null}
          value={opened.email ?? undefined}
        />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          autocomplete={has ? "current-password" : "new-password"}
          minLength={has ? undefined : LEAST_CHARS}
          required
        />
      </label>
      {!has && (
        <label>
          The same again
          <input name="again" type="password" autocomplete="new-password" minLength={LEAST_CHARS} required />
        </label>
      )}
      {!has && <p class="muted">{LEAST_CHARS} characters at least. Several words are easier to keep than one.</p>}
    </Form>
  );
}
