/**
 * What stands for every page that asks about events, as long as the project has none: zeros and empty panels would not say
 * that nothing has come yet.
 */
import { type AnyComponent, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { events } from "../api/questions.ts";
import { useAnswers } from "../api/use-answers.ts";
import { Page } from "../kit/Page.tsx";
import { beginWith, boot } from "./boot.ts";
import { dayOf } from "./calendar.ts";
import { isEditor, isMember } from "./Desk.tsx";
import type { PageEntry } from "./pages.ts";

/** Seconds between two looks whether an event has come. */
const LOOK_S = 5;
/** With the oldest of so many new events the project begins. */
const LOOKED_AT = 100;

/** Draws what stands around the page anew: its usual period is another one from the first event on. */
export const Begun = createContext(() => {});

/** The page, from the first event on. */
export function sinceFirstEvent({ title = "Track", component: Shown }: PageEntry): AnyComponent {
  return function SinceFirstEvent(props) {
    const [has, setHas] = useState(boot.has_events);
    const drawAnew = useContext(Begun);
    const begin = (firstDay: string) => {
      beginWith(firstDay);
      setHas(true);
      drawAnew();
    };
    return has ? <Shown {...props} /> : <Eventless title={title} onBegun={begin} />;
  };
}

interface EventlessProps {
  readonly title: string;
  /** What is done with the first day, where it is told: to members. */
  readonly onBegun?: (firstDay: string) => void;
}

export function Eventless({ title, onBegun }: EventlessProps) {
  // Guests are not told of single events.
  const { found } = useAnswers({ found: isMember() ? events({ limit: LOOKED_AT }) : null }, LOOK_S);
  const first = found.data?.events.at(-1);
  useEffect(() => {
    if (first) onBegun?.(dayOf(first.timestamp * 1000, boot.settings.zone));
  }, [first]);
  return (
    <Page name="eventless" title={title} ready>
      <section class="panel state eventless">
        <p>
          <b>No event has ever come in.</b>
        </p>
        <p>
          {isMember()
            ? "This page shows numbers as soon as the first one is here."
            : "There will be numbers here when the first one has come; loading the page again shows whether it has."}
        </p>
        {isEditor() && (
          <a class="button main" href="/welcome">
            Send the first event
          </a>
        )}
        {isMember() && <a href="/live">What comes in, and what is refused</a>}
      </section>
    </Page>
  );
}
