/** The short lists that several pages show: tracks, places and searches, each with a bar. */
import type { ComponentChildren } from "preact";
import type { Experiences, SearchQueries } from "../api/questions.ts";
import { filtered } from "../frame/asked.ts";
import { boot } from "../frame/boot.ts";
import { nameOf } from "../frame/experiences.ts";
import { samePeriod, useAsked } from "../frame/use-asked.ts";
import { BarTable } from "../kit/charts/BarTable.tsx";
import { Num } from "../kit/Num.tsx";
import type { Kind } from "../kit/numbers.ts";

interface NamedTrack {
  readonly asset_id: string;
  readonly title: string;
  readonly artist: string | null;
}

interface TrackBarsProps<Row extends NamedTrack> {
  readonly caption: string;
  readonly rows: readonly Row[];
  /** Title of the numbers, their name for programs, and what they are. */
  readonly measured: string;
  readonly measure: string;
  readonly kind?: Kind;
  readonly value: (row: Row) => number;
  /** Whether a click on a row filters by it. */
  readonly filters?: boolean;
}

export function TrackBars<Row extends NamedTrack>({ rows, value, filters, measured, ...bars }: TrackBarsProps<Row>) {
  const { asked, ask, url } = useAsked();
  return (
    <BarTable
      {...bars}
      titles={["Track", measured]}
      rows={rows.map((row) => ({
        id: row.asset_id,
        name: row.artist ? `${row.title} · ${row.artist}` : row.title,
        value: value(row),
        more: boot.session && (
          <a href={samePeriod(url, `/tracks/${row.asset_id}`)} aria-label={`All about ${row.title}`}>
            →
          </a>
        ),
        mark: { "data-asset": row.asset_id },
        ...(filters && { onClick: () => ask(filtered(asked, "asset", [row.asset_id])) }),
      }))}
    />
  );
}

/** How a place of an experience is called; each may be missing. */
export const placeName = (universe: string | null, place: string | null) =>
  `${nameOf("universe", universe)} · ${nameOf("place", place)}`;

export function PlaceBars({ found }: { readonly found: Experiences }) {
  const { asked, ask } = useAsked();
  return (
    <BarTable
      caption="Experiences"
      titles={["Experience · place", "Plays"]}
      measure="place-plays"
      rows={found.experiences.map(({ universe_id, place_id, plays }) => ({
        id: `${universe_id} ${place_id}`,
        name: placeName(universe_id, place_id),
        value: plays,
        onClick: () => ask(filtered(asked, "universe", [universe_id ?? "0"])),
      }))}
    />
  );
}

interface SearchBarsProps {
  readonly caption: string;
  readonly found: SearchQueries;
  /** What came of the clicks of a search, where that is told. */
  readonly then?: (query: string) => ComponentChildren;
}

export function SearchBars({ caption, found, then }: SearchBarsProps): ComponentChildren {
  return (
    <BarTable
      caption={caption}
      titles={["Search", "Clicks"]}
      measure="clicks"
      rows={found.queries.map(({ query, clicks, mean_rank }) => ({
        id: query,
        name: query,
        value: clicks,
        more: (
          <span class="muted beside">
            {mean_rank !== null && (
              <span class="whole">
                at rank <Num measure="mean_rank" value={mean_rank} kind="mean" />
              </span>
            )}{" "}
            {then?.(query)}
          </span>
        ),
      }))}
    />
  );
}
