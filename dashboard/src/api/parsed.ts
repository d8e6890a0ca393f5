/**
 * Answers as JavaScript has them, but for the numbers of metadata: they are written as they were sent, with all their
 * digits, which a double would not keep (an id of 17 digits, 1.10). They are for reading, not for counting. A browser that
 * does not tell how a number was written shows what the double is.
 */
interface Told {
  readonly source?: string;
}
const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown };

export function parsed(text: string): unknown {
  if (!rawJSON || !text.includes('"metadata":{')) return JSON.parse(text);
  /** Of each object, its numbers that JavaScript would write in another way. */
  const written = new WeakMap<object, Map<string, string>>();
  function revive(this: object, key: string, value: unknown, { source }: Told = {}): unknown {
    if (typeof value === "number" && source !== undefined && String(value) !== source)
      written.set(this, (written.get(this) ?? new Map<string, string>()).set(key, source));
    if (key === "metadata" && typeof value === "object" && value !== null)
      for (const [name, digits] of written.get(value) ?? [])
        Object.defineProperty(value, name, { value: rawJSON!(digits), enumerable: true });
    return value;
  }
  return JSON.parse(text, revive);
}
