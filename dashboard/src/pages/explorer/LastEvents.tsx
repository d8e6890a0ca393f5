/** Events as they were sent, the newest first. */

import type { Event } from "../../api/questions.ts";
import { nameOf } from "../../frame/experiences.ts";
import { Long } from "../../kit/Long.tsx";
import { Moment } from "../../kit/Moment.tsx";
import { Num } from "../../kit/Num.tsx";
import { type Column, Table } from "../../kit/Table.tsx";

interface LastEventsProps {
  readonly events: readonly Event[];
  /** The page of a track. */
  readonly link: (asset: string) => string | undefined;
}

export function LastEvents({ events, link }: LastEventsProps) {
  const columns: Column<Event>[] = [
    { name: "time", title: "Time", cell: ({ timestamp }) => <Moment at={timestamp} /> },
    { name: "type", title: "Type", cell: ({ type }) => <Long text={type} /> },
    {
      name: "track",
      title: "Track",
      cell: ({ asset_id }) => asset_id !== undefined && <a href={link(asset_id)}>{asset_id}</a>,
    },
    { name: "player", title: "Player", cell: ({ player_id }) => player_id && <Long text={player_id} /> },
    {
      name: "universe",
      title: "Experience",
      cell: ({ universe_id }) => universe_id && nameOf("universe", universe_id),
    },
    {
      name: "duration",
      title: "Seconds",
      number: true,
      cell: ({ duration }) => duration !== undefined && <Num measure="duration" value={duration} kind="mean" />,
    },
    { name: "value", title: "Vote", cell: ({ value }) => value },
    {
      name: "metadata",
      title: "Metadata",
      cell: ({ metadata }) =>
        metadata && (
          <details class="metadata">
            <summary>
              <Num measure="keys" value={Object.keys(metadata).length} /> keys
            </summary>
            <pre>{JSON.stringify(metadata, null, 2)}</pre>
          </details>
        ),
    },
  ];
  return (
    <Table
      caption="Last events"
      columns={columns}
      rows={events.map((event, index) => ({ ...event, index }))}
      id={({ index }) => String(index)}
      mark={({ asset_id }) => ({ "data-asset": asset_id })}
    />
  );
}
