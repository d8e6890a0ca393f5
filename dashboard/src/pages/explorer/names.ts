/** How the explorer's questions stand in an address: names of fields and keys, and conditions. */

/** What an event carries beside metadata, as the API calls it, and as a page does. */
export const FIELDS = {
  type: "Type",
  universe_id: "Experience",
  place_id: "Place",
  asset_id: "Track",
  player_id: "Player",
  key: "API key",
  value: "Vote",
} as const;

export const OPERATORS = [
  ["is", "is"],
  ["not", "is not"],
  ["contains", "contains"],
] as const;

const isField = (name: string): name is keyof typeof FIELDS => Object.hasOwn(FIELDS, name);

/** A key of metadata as the API takes it: in quotes where it would be taken for something else. */
export function keyName(key: string): string {
  const isPlain = !isField(key) && key !== "duration" && !/^"|:(is|not|contains):/.test(key) && key !== "";
  return isPlain ? key : JSON.stringify(key);
}

/** A text that can be seen and clicked: of one in which nothing is drawn, its characters by their numbers. */
export function seen(text: string): string {
  if (text === "" || /[^\p{C}\p{Z}]/u.test(text)) return text;
  return [...text].map((char) => `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`).join(" ");
}

/** What a page calls a name of the API. */
export function shownName(name: string): string {
  if (isField(name)) return FIELDS[name];
  if (!name.startsWith('"')) return seen(name);
  try {
    return seen(String(JSON.parse(name)));
  } catch {
    return name;
  }
}

/** The same within a sentence. */
export const inWords = (name: string): string =>
  isField(name) && name !== "key" ? FIELDS[name].toLowerCase() : shownName(name);

export interface Condition {
  readonly name: string;
  readonly operator: string;
  readonly text: string;
}

/** Read KEY:is:VALUE; null for anything else. */
export function condition(text: string): Condition | null {
  const found = /^("(?:[^"\\]|\\.)*"|.+?):(is|not|contains):(.*)$/s.exec(text);
  return found ? { name: found[1]!, operator: found[2]!, text: found[3]! } : null;
}

export const MOST_CONDITIONS = 10;

/** The conditions of an address: a JSON array of texts. Whatever else stands there is none. */
export function conditions(text: string | undefined): string[] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(found)) return [];
    return found.filter((one) => typeof one === "string" && condition(one) !== null).slice(0, MOST_CONDITIONS);
  } catch {
    return [];
  }
}

/** As an address has them; undefined where there are none. */
export function written(list: readonly string[]): string | undefined {
  return list.length ? JSON.stringify(list) : undefined;
}
