/** In which other spellings something was searched: behind a mark beside the one that is shown. */
import type { SearchQuery } from "../api/questions.ts";
import { Num } from "../kit/Num.tsx";
import { Tip } from "../kit/Tip.tsx";

export function Spellings({ query, spellings, spelling_count: count }: SearchQuery) {
  if (count < 2) return null;
  const others = count - spellings.length;
  const mark = (
    <>
      <Num measure="spelling_count" value={count} /> spellings<span class="hidden"> of {query}</span>
    </>
  );
  return (
    <>
      {" "}
      <Tip shown={mark}>
        {spellings.map((one) => (
          <span key={one.query} class="spelling">
            <span class="text">{one.query}</span> <Num measure="spelling_clicks" value={one.clicks} />
          </span>
        ))}
        {others > 0 && (
          <span class="muted">
            and <Num measure="more_spellings" value={others} kind="whole" /> more, each with as many clicks or fewer
          </span>
        )}
      </Tip>
    </>
  );
}
