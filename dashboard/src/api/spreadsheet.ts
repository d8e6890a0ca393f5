/**
 * CSV of rows that a page has already, as the server writes those of an answer: no cell is taken for a formula, and no
 * text for a number that it is not. What could be gets a leading apostrophe.
 */
import { saveFile } from "./client.ts";

const FORMULA = /^[=+\-@\u2212]/;
const HIDDEN = /^[\p{C}\p{Z}]/u;
/** Texts that a spreadsheet makes another number of; its numbers have 15 digits. */
const CHANGED_NUMBER = /^(0[0-9]+|[0-9]{16,}|[0-9]+(\.[0-9]+)?[eE][0-9]+)$/;

/** What begins an apostrophe's text is read back by taking one off. */
function isMistaken(text: string): boolean {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0x30);
  return first === "'" || FORMULA.test(first.normalize("NFKC")) || HIDDEN.test(first) || CHANGED_NUMBER.test(text);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = isMistaken(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** As RFC 4180 has it, with a header line. */
export function csvOf(rows: readonly object[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => names.map((name) => cell(row[name as keyof typeof row])));
  return [names, ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

/** @param title of what is saved, by which its file is called. */
export function saveRows(title: string, rows: readonly object[]): void {
  const name = title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-");
  saveFile(new Blob([csvOf(rows)], { type: "text/csv" }), `audioscape-${name}.csv`);
}
