/** A key's secret, shown this once, and the code that uses it: for the first event, or for a question. */
import { Copied } from "../kit/Copied.tsx";
import { Snippets } from "./Snippets.tsx";
import { questions, snippets } from "./snippets.ts";

interface FirstEventProps {
  readonly secret: string;
  /** What the key may do. */
  readonly scopes: readonly string[];
}

export function FirstEvent({ secret, scopes }: FirstEventProps) {
  const [title, all] = scopes.includes("ingest")
    ? ["How to send an event", snippets(location.origin, secret)]
    : ["How to ask", questions(location.origin, secret)];
  return (
    <>
      <Copied label="the key" text={secret} />
      <Snippets title={title} all={all} />
    </>
  );
}
