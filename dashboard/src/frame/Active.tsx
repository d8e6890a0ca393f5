/**
 * How many players there are now, in the bar of every page: first with the page's own call, then again half a minute
 * after each answer, and at once where a tab is seen again after longer than that, or the server is back.
 */
import { useEffect, useState } from "preact/hooks";
import { address, askAll, askAlong, isOver, type Part } from "../api/client.ts";
import { type ActivePlayers, activePlayers } from "../api/questions.ts";
import { onReach } from "../api/reach.ts";
import { Num } from "../kit/Num.tsx";
import { samePeriod, useAsked } from "./use-asked.ts";

const EVERY_MS = 30_000;

/** Of those that pass the filters, on a page that has filters. */
export function Active({ filtered }: { readonly filtered: boolean }) {
  const { filters, url } = useAsked();
  const at = address(activePlayers(filtered ? filters : {}));
  const [players, setPlayers] = useState<number>();
  useEffect(() => {
    const left = new AbortController();
    /** Of the next look; 0 while one is on its way. */
    let timer = 0;
    let told = 0;
    const show = (part?: Part) => {
      if (left.signal.aborted) return;
      setPlayers(part?.status === 200 ? (part.body as ActivePlayers).active_players : undefined);
      told = Date.now();
      wait();
    };
    const wait = () => {
      timer = window.setTimeout(look, EVERY_MS);
    };
    const look = () => {
      if (document.hidden || isOver()) return wait();
      timer = 0;
      askAll([at], left.signal).then(
        ([part]) => show(part),
        () => show(),
      );
    };
    // A timer of a tab that was hidden, or of a computer that slept, may be far from its end.
    const seen = () => {
      if (document.hidden || !timer || Date.now() - told < EVERY_MS) return;
      clearTimeout(timer);
      look();
    };
    document.addEventListener("visibilitychange", seen, { signal: left.signal });
    // No number of players stands beside what says that the server can't be reached.
    const forget = onReach((reached) => {
      if (!reached) return setPlayers(undefined);
      told = 0;
      seen();
    });
    askAlong(at, left.signal).then(show, () => show());
    return () => {
      clearTimeout(timer);
      forget();
      left.abort();
    };
  }, [at]);
  return (
    <a class="active" href={samePeriod(url, "/live")} title="Players with an event in the last 5 minutes">
      <Num measure="active_now" value={players} />
      <span class="unit">{players === 1 ? " player" : " players"}</span> now
    </a>
  );
}
