/** Why a track has the score that it has, as the server explains it. */
import type { TrackScore } from "../api/questions.ts";
import { Num } from "../kit/Num.tsx";

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
        of 100, place <Num measure="rank" value={score.rank} kind="whole" />. In 8 of 10 cases the true score lies
        between <Num measure="score_low" value={score.low} kind="score" /> and{" "}
        <Num measure="score_high" value={score.high} kind="score" />.
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
        <Num measure="no_early_skip" value={quality.completion} kind="rate" /> did not skip early (all tracks:{" "}
        <Num measure="no_early_skip_mean" value={quality.completion_mean} kind="rate" />
        ); <Num measure="vote_share" value={quality.vote_share} kind="rate" /> of votes are up (all tracks:{" "}
        <Num measure="vote_share_mean" value={quality.vote_mean} kind="rate" />
        ).
        {capped.amount > 0 && (
          <>
            {" "}
            <Num measure="capped_share" value={capped.share} kind="rate" /> does not count, because{" "}
            {capped.keys.length === 1 ? (
              "one API key alone says"
            ) : (
              <>
                <Num measure="capped_keys" value={capped.keys.length} /> API keys alone say
              </>
            )}{" "}
            it.
          </>
        )}{" "}
        Last 24 hours: <Num measure="listeners_now" value={trend.x} /> listeners,{" "}
        <Num measure="listeners_expected" value={trend.expected} kind="mean" /> were expected.
      </p>
    </>
  );
}
