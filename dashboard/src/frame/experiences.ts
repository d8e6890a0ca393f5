/**
 * What the project calls its universes and places; its people give the names on the page of experiences.
 *
 * Guests and links are told of none, so they see ids.
 */
import { useEffect, useState } from "preact/hooks";
import { nameExperience } from "../api/desk.ts";
import { boot } from "./boot.ts";

export type Kind = "universe" | "place";

const listeners = new Set<() => void>();

/** What it is called, or its id; two of one name are told apart by their ids. */
export function nameOf(kind: Kind, id: string | null | undefined): string {
  if (!id || id === "0") return "Not set";
  const names = boot.experiences[kind];
  const name = names[id];
  if (name === undefined) return id;
  const isShared = Object.entries(names).some(([other, text]) => other !== id && text === name);
  return isShared ? `${name} (${id})` : name;
}

/** The name alone, to be changed; empty where there is none. */
export const givenName = (kind: Kind, id: string): string => boot.experiences[kind][id] ?? "";

/** Call it so, here and for all of the project; an empty name takes the name away. */
export async function rename(kind: Kind, id: string, name: string): Promise<void> {
  const told = await nameExperience({ kind, id, name: name.trim() || null });
  const { [id]: _, ...others } = boot.experiences[kind];
  boot.experiences[kind] = told.name === null ? others : { ...others, [id]: told.name };
  for (const listener of listeners) listener();
}

/** Be drawn again when something is renamed. */
export function useRenamed(): void {
  const [, draw] = useState(0);
  useEffect(() => {
    const listener = () => draw((count) => count + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}
