/** The sign-in. It leads to the page that was asked for, and to no other site. */
import { useLocation } from "preact-iso";
import { change } from "../api/client.ts";
import { Form } from "../kit/Form.tsx";
import { Page } from "../kit/Page.tsx";

/** The page that was asked for before; the first one where it is no page of ours. */
function nextPage(wanted: string | undefined): string {
  try {
    const { origin, pathname, search } = new URL(wanted ?? "/", location.origin);
    // A path may begin with two slashes ("/.//evil.example"); alone it would be the address of another site.
    if (origin === location.origin && !pathname.startsWith("//")) return pathname + search;
  } catch {
    // No address at all.
  }
  return "/";
}

export default function Login() {
  const { query } = useLocation();
  const send = (fields: FormData) =>
    change("POST", "/login", { email: fields.get("email"), password: fields.get("password") }).then(() =>
      location.assign(nextPage(query.next)),
    );
  return (
    <Page name="login" title="Sign in" ready>
      <Form send={send} act="Sign in">
        <label>
          Email
          <input name="email" type="email" autocomplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
      </Form>
      <p class="muted">
        No account yet? The first one is made by a link that the server prints when it starts, every other one by a link
        from an owner.
      </p>
      <p class="muted">
        Forgot it? Whoever runs this server makes a link for a new password: <code>audioscape users link EMAIL</code>
      </p>
    </Page>
  );
}
