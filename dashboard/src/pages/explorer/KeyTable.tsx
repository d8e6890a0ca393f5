/** The keys in the metadata of a type of events, and what their values are. */
import type { MetadataKey } from "../../api/questions.ts";
import { Long } from "../../kit/Long.tsx";
import { Num } from "../../kit/Num.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { keyName, seen } from "./names.ts";

interface KeyTableProps {
  readonly keys: readonly MetadataKey[];
  /** Tells groups apart by a key. */
  readonly onBy: (name: string) => void;
}

function kinds({ strings, numbers, booleans }: MetadataKey): string {
  const found = [strings && "text", numbers && "number", booleans && "true or false"];
  return found.filter(Boolean).join(", ");
}

export function KeyTable({ keys, onBy }: KeyTableProps) {
  const columns: Column<MetadataKey>[] = [
    {
      name: "key",
      title: "Key",
      cell: ({ key }) => (
        <Long
          text={seen(key) || "(empty)"}
          around={(lines) => (
            <button type="button" class="link" title="Tell apart by this" onClick={() => onBy(keyName(key))}>
              {lines}
            </button>
          )}
        />
      ),
    },
    { name: "kinds", title: "Is a", cell: kinds },
    {
      name: "fill",
      title: "Is there in",
      number: true,
      cell: ({ fill_rate }) => <Num measure="fill_rate" value={fill_rate} kind="rate" />,
    },
    {
      name: "distinct",
      title: "Different values",
      number: true,
      cell: ({ distinct_values }) => <Num measure="distinct_values" value={distinct_values} />,
    },
    {
      name: "samples",
      title: "Most frequent",
      cell: ({ samples }) => (
        <Long text={samples.map((text) => seen(text) || "(empty)").join(", ")}>
          {samples.map((text, index) => (
            <>
              {index > 0 && ", "}
              <code key={text}>{seen(text) || "(empty)"}</code>
            </>
          ))}
        </Long>
      ),
    },
  ];
  return (
    <Table
      caption="Keys of metadata"
      columns={columns}
      rows={keys}
      id={({ key }) => `=${key}`}
      mark={({ key }) => ({ "data-key": key })}
    />
  );
}
