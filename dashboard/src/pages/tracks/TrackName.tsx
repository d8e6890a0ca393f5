/** How a track is called in a row of a table, with a link to all about it. */
import { samePeriod, useAsked } from "../../frame/use-asked.ts";
import { Long } from "../../kit/Long.tsx";

interface TrackNameProps {
  readonly asset_id: string;
  readonly title: string;
  readonly artist: string | null;
}

export function TrackName({ asset_id, title, artist }: TrackNameProps) {
  const { url } = useAsked();
  const link = samePeriod(url, `/tracks/${asset_id}`);
  return (
    <Long
      text={artist ? `${title} · ${artist}` : title}
      around={(lines) => (
        <a class="track" href={link}>
          {lines}
        </a>
      )}
    >
      <span class="title">{title}</span>
      {artist && <span class="muted"> {artist}</span>}
    </Long>
  );
}
