/** Lists the experiences, those with the most plays first, to choose one of them for every number of the page. */
import { useState } from "preact/hooks";
import { experiences } from "../api/questions.ts";
import { useAnswers } from "../api/use-answers.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { Num } from "../kit/Num.tsx";
import { filtered } from "./asked.ts";
import { nameOf } from "./experiences.ts";
import type { FiltersProps } from "./Filters.tsx";
import { useAsked } from "./use-asked.ts";

/** Experiences that are listed; any other is found by its id. */
const LIMIT = 200;
const ID = /^[0-9]{1,19}$/;

interface Row {
  readonly id: string;
  readonly name: string;
  /** Not known of one that is not listed. */
  readonly plays?: number;
}

export default function Picking({ asked, ask, onClose }: FiltersProps & { readonly onClose: () => void }) {
  const { parameters } = useAsked();
  const { universe: _, universe_not: __, ...others } = parameters;
  const { found } = useAnswers({ found: experiences({ ...others, by: "universe", sort: "plays", limit: LIMIT }) });
  const [text, setText] = useState("");
  const all: readonly Row[] =
    found.data?.experiences.map(({ universe_id, plays }) => {
      const id = universe_id ?? "0";
      return { id, name: nameOf("universe", id), plays };
    }) ?? [];
  const sought = text.trim().toLowerCase();
  const rows = all.filter(({ id, name }) => id.includes(sought) || name.toLowerCase().includes(sought));
  const isOther = found.data && ID.test(sought) && !all.some(({ id }) => id === sought);
  const shown: readonly Row[] = isOther ? [...rows, { id: sought, name: nameOf("universe", sought) }] : rows;
  const choose = (values: readonly string[]) => {
    onClose();
    ask(filtered(values.length ? asked : filtered(asked, "universe_not", []), "universe", values));
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (sought && shown[0]) choose([shown[0].id]);
  };
  /** Up and down between the field and the rows. */
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const from = event.currentTarget as HTMLElement;
    const stops = [...from.closest("dialog")!.querySelectorAll<HTMLElement>("input, li button")];
    stops[stops.indexOf(from) + step]?.focus();
  };
  const { universe, universe_not } = asked.filters;
  return (
    <Dialog title="Experience" onClose={onClose}>
      <div aria-busy={found.stale && !found.failure}>
        <form onSubmit={submit}>
          <label>
            Name or id
            <input
              value={text}
              maxLength={80}
              autocomplete="off"
              onInput={(event) => setText(event.currentTarget.value)}
              onKeyDown={move}
            />
          </label>
        </form>
        {found.failure && <p role="alert">{found.failure.message}</p>}
        <ul class="picking">
          {!sought && (
            <li>
              <button
                type="button"
                class="quiet"
                aria-pressed={!(universe ?? universe_not)}
                onClick={() => choose([])}
                onKeyDown={move}
              >
                All experiences
              </button>
            </li>
          )}
          {shown.map(({ id, name, plays }) => (
            <li key={id} data-universe={id}>
              <button
                type="button"
                class="quiet"
                aria-pressed={universe?.includes(id) ?? false}
                onClick={() => choose([id])}
                onKeyDown={move}
              >
                <span class="text">{name}</span>
                <span class="muted">
                  {plays === undefined ? (
                    "not listed"
                  ) : (
                    <>
                      <Num measure="plays" value={plays} /> plays
                    </>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <p class="muted" role="status">
          {found.data &&
            !shown.length &&
            (sought ? "None is called so; an id finds any other." : "None in this period.")}
          {found.data && found.data.total > LIMIT && `The ${LIMIT} with the most plays; an id finds any other.`}
        </p>
      </div>
    </Dialog>
  );
}
