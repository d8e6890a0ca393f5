/** Why a track has the score that it has, as the server explains it. */
import type { TrackScore } from "../api/questions.ts";
import { Num } from "../kit/Num.tsx";
import { shown } from "../kit/numbers.ts";

const PARTS = {
  listens: "Players who heard enough of it",
  plays_without_end: "Players with a play that has no end",
  queue: "Players who put it into their queue",
  clicks: "Players who clicked it in a search",
  favorites: "Players of whom it is a favourite now",
} as const;

export function Why({ score }: { readonly score: TrackScore }) {
  const { quality, capped_by_key: capped, trend } = score;
  return (
    <>
      <p>
        <b>
          <Num measure="score" value={score.score} kind="score" />
        </b>{" "}
        of 100, place {score.rank}. In 8 of 10 cases the true score lies between {shown(score.low, "score")} and{" "}
        {shown(score.high, "score")}.
      </p>
      <table>
        <caption class="hidden">What the score is made of</caption>
        <thead>
          <tr>
            <th scope="col">Made of, by age</th>
            <th scope="col" class="number">
              Weight
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(PARTS).map(([name, title]) => (
            <tr key={name}>
              <th scope="row">{title}</th>
              <td class="number">
                <Num measure={`component-${name}`} value={score.components[name as keyof typeof PARTS]} kind="mean" />
              </td>
            </tr>
          ))}
          {Object.entries(score.components.custom).map(([kind, players]) => (
            <tr key={`custom ${kind}`}>
              <th scope="row">Players with an event of the type {kind}</th>
              <td class="number">
                <Num measure={`component-custom-${kind}`} value={players} kind="mean" />
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">Times what players thought of it</th>
            <td class="number">
              × <Num measure="multiplier" value={quality.multiplier} kind="mean" />
            </td>
          </tr>
        </tbody>
      </table>
      <p class="muted">
        {shown(quality.completion, "rate")} did not skip early (all tracks: {shown(quality.completion_mean, "rate")});{" "}
        {shown(quality.vote_share, "rate")} of votes are up (all tracks: {shown(quality.vote_mean, "rate")}).
        {capped.amount > 0 &&
          ` ${shown(capped.share, "rate")} does not count, because ${capped.keys.length === 1 ? "one API key alone says" : `${capped.keys.length} API keys alone say`} it.`}{" "}
        Last 24 hours: {shown(trend.x, "count")} listeners, {shown(trend.expected, "mean")} were expected.
      </p>
    </>
  );
}
