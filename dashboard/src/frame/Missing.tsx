/** An address that leads nowhere. */
import { Page } from "../kit/Page.tsx";

export function Missing() {
  return (
    <Page name="missing" title="There is no such page" ready>
      <p>
        The address leads nowhere. <a href="/">To the overview</a>
      </p>
    </Page>
  );
}
