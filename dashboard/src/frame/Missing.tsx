/** An address that leads nowhere, and a page whose code could not be loaded. */
import { Page } from "../kit/Page.tsx";

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

/** The server is away, or a newer one no longer has the files that this tab was opened with. */
export function Unloaded() {
  return (
    <Page name="unloaded" title="This page could not be loaded" ready>
      <p role="alert">The server can't be reached, or has been renewed since.</p>
      <button type="button" class="main" onClick={() => location.reload()}>
        Load it anew
      </button>
    </Page>
  );
}
