/** An address that leads nowhere, a page for other roles, and one whose code could not be loaded. */
import { useEffect } from "preact/hooks";
import { whenBack } from "../api/reach.ts";
import { Page } from "../kit/Page.tsx";
import { boot } from "./boot.ts";

export function Missing() {
  return (
    <Page name="missing" title="There is no such page" ready>
      <p>
        Nothing is found at <b>{location.pathname}</b>. It may be mistyped, or the link is an old one.
      </p>
      <p>
        <a class="button main" href="/">
          To the overview
        </a>
      </p>
    </Page>
  );
}

/** All that it shows, and all that it does, would be refused. */
export function Closed() {
  const role = boot.session?.role;
  return (
    <Page name="closed" title="This page is not for you" ready>
      <p>
        {role ? `Your role in this project is ${role}` : "You have no role in this project"}, and this page is for
        others. An owner can change that.
      </p>
      <p>
        <a class="button main" href="/">
          To the overview
        </a>
      </p>
    </Page>
  );
}

/**
 * The server is away, or a newer one no longer has the files that this tab was opened with. Only what was away is loaded
 * anew by itself: what a reload does not mend would be loaded for ever.
 */
export function Unloaded() {
  useEffect(() => whenBack(() => location.reload()), []);
  return (
    <Page name="unloaded" title="This page could not be loaded" ready>
      <p role="alert">The server can't be reached, or has been renewed since.</p>
      <button type="button" class="main" onClick={() => location.reload()}>
        Load it anew
      </button>
    </Page>
  );
}
