/** Through the pages of a list that the server cuts. */
import { Num } from "./Num.tsx";

interface PagerProps {
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
  readonly onMove: (offset: number) => void;
}

export function Pager({ total, limit, offset, onMove }: PagerProps) {
  if (total <= limit && offset === 0) return null;
  const last = Math.min(total, offset + limit);
  return (
    <nav class="pager" aria-label="Pages of the list">
      <span class="muted">
        <Num measure="list_first" value={offset + 1} kind="whole" /> to{" "}
        <Num measure="list_last" value={last} kind="whole" /> of <Num measure="list_total" value={total} kind="whole" />
      </span>
      <button type="button" disabled={offset === 0} onClick={() => onMove(Math.max(0, offset - limit))}>
        Before
      </button>
      <button type="button" disabled={last >= total} onClick={() => onMove(offset + limit)}>
        After
      </button>
    </nav>
  );
}
