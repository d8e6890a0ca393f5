/** Fails where the pages weigh more than they may: what the first page loads, all of it, and the styles; gzipped. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KB = 1024;
const folder = process.argv[2] ?? "../src/audioscape_server/dashboard/built";
const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8"));
const size = (file) => gzipSync(readFileSync(`${folder}/${file}`), { level: 9 }).length;

const needs = (name, seen = new Set()) => {
  const { file, imports = [] } = manifest[name];
  seen.add(file);
  for (const each of imports) needs(each, seen);
  return seen;
};
const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);
const chunks = Object.values(manifest);
const scripts = new Set(chunks.map(({ file }) => file).filter((file) => file.endsWith(".js")));
const styles = new Set(chunks.flatMap(({ file, css = [] }) => [file, ...css]).filter((file) => file.endsWith(".css")));

const measured = [
  ["scripts of the overview", total(new Set([...needs("index.html"), ...needs("src/pages/Overview.tsx")])), 45 * KB],
  ["all scripts", total(scripts), 110 * KB],
  ["all styles", total(styles), 12 * KB],
];
for (const [what, bytes, most] of measured)
  console.log(`${what}: ${(bytes / KB).toFixed(1)} KB gzipped, at most ${most / KB}`);
if (measured.some(([, bytes, most]) => bytes > most)) process.exit(1);
