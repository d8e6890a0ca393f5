/** The bar above a page of numbers: period, comparison and filters, as far as the page knows them. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../kit/Dialog.tsx";
import { useSay } from "../kit/say.tsx";
import {
  ALL_DAYS,
  type Asked,
  COMPARISONS,
  type Comparison,
  isOver,
  PERIODS,
  type PeriodName,
  stepped,
  write,
} from "./asked.ts";
import { daysBetween, isDay, plusDays } from "./calendar.ts";
import { Chips, Experience, Filter } from "./Filters.tsx";
import { unreadIn } from "./unread.ts";
import { useAsked } from "./use-asked.ts";

interface ChoosingProps {
  readonly choosing: boolean;
  readonly onChoosing: (choosing: boolean) => void;
}

interface PeriodBarProps extends ChoosingProps {
  /** Whether the page is the same in every period. */
  readonly timeless: boolean;
}

export function PeriodBar({ timeless, ...choosing }: PeriodBarProps) {
  const { asked, ask, query, set, url, usual } = useAsked();
  const say = useSay();
  useEffect(() => {
    const unread = unreadIn(query, timeless ? null : usual);
    const isRepeated = [...new URL(url, location.origin).searchParams].length > Object.keys(query).length;
    if (unread) say(unread);
    // What is shared or saved from here is what is seen, and a link takes no parameter twice.
    if (unread || isRepeated) set(write(asked, usual));
  }, [query]);
  return (
    <section class="period-bar" aria-label={timeless ? "Filters" : "Period and filters"}>
      <Experience asked={asked} ask={ask} />
      {!timeless && <Period {...choosing} />}
      <Chips asked={asked} ask={ask} />
      <Filter asked={asked} ask={ask} />
    </section>
  );
}

function Period({ choosing, onChoosing }: ChoosingProps) {
  const { asked, ask, period, today, zone } = useAsked();
  const isBegun = !isDay(period.from) || period.from <= today;
  const beside = isBegun ? "so far against" : "to come, against";
  const step = (direction: -1 | 1) => stepped(asked, Date.now(), zone, direction);
  const move = (next: Asked | null) => next && ask(next);
  const choose = (event: Event) => {
    const name = (event.currentTarget as HTMLSelectElement).value as PeriodName;
    if (name === "custom") onChoosing(true);
    else ask({ period: name, compare: asked.compare, filters: asked.filters });
  };
  return (
    <>
      <span class="steps">
        <button
          type="button"
          class="quiet"
          aria-label="Period before"
          disabled={!step(-1)}
          onClick={() => move(step(-1))}
        >
          ‹
        </button>
        <label>
          <span class="hidden">Period</span>
          <select value={asked.period} onChange={choose} title={`Days of ${zone}`}>
            <optgroup label={`Days of ${zone}`}>
              {Object.entries(PERIODS).map(([name, title]) => (
                <option key={name} value={name}>
                  {name === "custom" && asked.period === "custom"
                    ? `${period.from} to ${plusDays(period.to, -1)}`
                    : title}
                </option>
              ))}
            </optgroup>
          </select>
        </label>
        {asked.period === "custom" && (
          <button type="button" class="quiet" onClick={() => onChoosing(true)}>
            Change
          </button>
        )}
        <button type="button" class="quiet" aria-label="Period after" disabled={!step(1)} onClick={() => move(step(1))}>
          ›
        </button>
      </span>
      <label>
        {asked.compare === "none" || isOver(period, Date.now(), zone) ? "compared with" : beside}{" "}
        <select
          value={asked.compare}
          onChange={(event) => ask({ ...asked, compare: event.currentTarget.value as Comparison })}
        >
          {Object.entries(COMPARISONS).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {choosing && <Choose onClose={() => onChoosing(false)} />}
    </>
  );
}

/** Chooses the days of a custom period. */
function Choose({ onClose }: { readonly onClose: () => void }) {
  const { asked, ask, period, today } = useAsked();
  const known = isDay(period.from);
  const [from, setFrom] = useState(known ? period.from : plusDays(today, -1));
  const [last, setLast] = useState(known ? plusDays(period.to, -1) : today);
  const wrong = !(isDay(from) && isDay(last) && from <= last)
    ? "The first day must not be after the last one."
    : daysBetween(from, last) >= ALL_DAYS && `A period has ${ALL_DAYS.toLocaleString()} days at most.`;
  const submit = (event: Event) => {
    event.preventDefault();
    if (wrong) return;
    ask({ ...asked, period: "custom", from, to: plusDays(last, 1) });
    onClose();
  };
  return (
    <Dialog title="Choose a period" onClose={onClose}>
      <form onSubmit={submit}>
        <label>
          First day
          <input type="date" value={from} required onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>
          Last day
          <input type="date" value={last} required onInput={(event) => setLast(event.currentTarget.value)} />
        </label>
        {wrong && <p role="alert">{wrong}</p>}
        <button type="submit" class="main" disabled={Boolean(wrong)}>
          Show
        </button>
      </form>
    </Dialog>
  );
}
