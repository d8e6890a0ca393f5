/** A key's secret, shown this once, and the code that sends an event with it. */
import { Copied } from "../kit/Copied.tsx";
import { Snippets } from "./Snippets.tsx";
import { snippets } from "./snippets.ts";

export function FirstEvent({ secret }: { readonly secret: string }) {
  return (
    <>
      <Copied label="the key" text={secret} />
      <Snippets title="How to send an event" all={snippets(location.origin, secret)} />
    </>
  );
}
