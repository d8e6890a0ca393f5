/**
 * How many players there are now, in the bar of every page: first with the page's own call, then again half a minute
 * after each answer.
 */
import { useEffect, useState } from "preact/hooks";
import { address, askAll, type Part, rideAlong } from "../api/client.ts";
import { type ActivePlayers, activePlayers } from "../api/questions.ts";
import { Num } from "../kit/Num.tsx";
import { samePeriod, useAsked } from "./use-asked.ts";

const EVERY_MS = 30_000;

export function Active() {
  const { filters, url } = useAsked();
  const at = address(activePlayers(filters));
  const [players, setPlayers] = useState<number>();
  useEffect(() => {
    const left = new AbortController();
    let timer = 0;
    const show = (part?: Part) => {
      setPlayers(part?.status === 200 ? (part.body as ActivePlayers).active_players : undefined);
      wait();
    };
    const wait = () => {
      timer = window.setTimeout(look, EVERY_MS);
    };
    const look = () => {
      if (document.hidden) wait();
      else
        askAll([at], left.signal).then(
          ([part]) => show(part),
          () => left.signal.aborted || show(),
        );
    };
    const takeBack = rideAlong(at, show);
    return () => {
      takeBack();
      clearTimeout(timer);
      left.abort();
    };
  }, [at]);
  return (
    <a class="active" href={samePeriod(url, "/live")} title="Players with an event in the last 5 minutes">
      <Num measure="active_now" value={players} /> {players === 1 ? "player" : "players"} now
    </a>
  );
}
