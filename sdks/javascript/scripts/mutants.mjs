/**
 * Breaks the code on purpose: `npm run mutants [-- part of a name …]`.
 *
 * Every row of tests/mutants.mjs is a change of the source that some test must notice. For each, the source is copied, changed and built
 * aside, and the named test is run against that build: it has to fail. A row whose test passes, is not found, or
 * does not pass on the sound code, is an error.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MUTANTS } from "../tests/mutants.mjs";
import { bundle } from "./build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** A mutant may hang: then it has been noticed too. */
const PATIENCE_MS = 60_000;

const work = mkdtempSync(join(tmpdir(), "audioscape-mutants-"));
const wanted = process.argv.slice(2);
const rows = MUTANTS.filter(({ name, test }) => wanted.every((part) => `${name} ${test}`.includes(part)));
const sound = join(work, "sound");
bundle(join(root, "src"), sound);
/** How tests end on the sound code, by file and name. */
const known = new Map();

let missed = 0;
for (const row of rows) {
  const problem = await tryOut(row).catch((error) => error.message);
  if (problem) missed++;
  console.log(`${problem ? "MISSED" : "caught"}  ${row.name}  →  ${row.test}${problem ? `: ${problem}` : ""}`);
}
rmSync(work, { recursive: true });
console.log(`${rows.length - missed} of ${rows.length} mutants caught`);
process.exitCode = missed ? 1 : 0;

/** What is wrong with a row; undefined if its test does its work. */
async function tryOut({ file, test, change }) {
  const source = join(work, "src");
  const broken = join(work, "broken");
  for (const folder of [source, broken]) rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, "src"), source, { recursive: true });
  for (const [module, from, to] of change) {
    const path = join(source, `${module}.ts`);
    const code = readFileSync(path, "utf8");
    if (code.split(from).length !== 2) return `${module}.ts holds the text to change ${code.split(from).length - 1} times`;
    writeFileSync(path, code.replace(from, () => to));
  }
  bundle(source, broken);
  if ((await outcome(file, test, sound)) !== "ok") return "the test does not pass on the sound code";
  const found = await outcome(file, test, broken);
  return found === "not ok" ? undefined : `the test was ${found}`;
}

/** How the test of that name ends on a build: "ok", "not ok", "not found". */
async function outcome(file, test, dist) {
  const key = `${file} ${test}`;
  if (dist === sound && known.has(key)) return known.get(key);
  const pattern = `^${test.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`;
  const child = spawn(process.execPath, ["--test", "--test-reporter=tap", "--test-name-pattern", pattern, join(root, "tests", file)], {
    env: { ...process.env, AUDIOSCAPE_DIST: dist, AUDIOSCAPE_RUNS: "150" },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  let report = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    report += text;
  });
  // The whole group: the test's own servers and browsers end with it.
  const patience = setTimeout(() => process.kill(-child.pid, "SIGKILL"), PATIENCE_MS);
  const hung = (await new Promise((resolve) => child.once("close", (_, signal) => resolve(signal)))) !== null;
  clearTimeout(patience);
  const lines = report.split("\n").filter((line) => line.includes(` - ${test}`) && !line.includes("# SKIP"));
  const result = hung || lines.some((line) => /^ *not ok /.test(line)) ? "not ok" : lines.some((line) => /^ *ok /.test(line)) ? "ok" : "not found";
  if (dist === sound) known.set(key, result);
  return result;
}
