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
const PATIENCE_MS = 90_000;
const WORKERS = 2;
const HUNG = "hung";

const work = mkdtempSync(join(tmpdir(), "audioscape-mutants-"));
const wanted = process.argv.slice(2);
const rows = MUTANTS.filter(({ name, test }) => wanted.every((part) => `${name} ${test}`.includes(part)));

const sound = join(work, "sound");
bundle(join(root, "src"), sound);
/** The reports of whole files on the sound code. */
const reports = new Map();
for (const file of new Set(rows.map((row) => row.file))) reports.set(file, await report(file, ".", sound));

let missed = 0;
const waiting = [...rows];
await Promise.all(
  Array.from({ length: WORKERS }, async (_, worker) => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      const problem = await tryOut(row, join(work, String(worker))).catch((error) => error.message);
      if (problem) missed++;
      console.log(`${problem ? "MISSED" : "caught"}  ${row.name}  →  ${row.test}${problem ? `: ${problem}` : ""}`);
    }
  }),
);
rmSync(work, { recursive: true });
console.log(`${rows.length - missed} of ${rows.length} mutants caught`);
process.exitCode = missed ? 1 : 0;

/** What is wrong with a row; undefined if its test does its work. */
async function tryOut({ file, test, change }, folder) {
  if (outcome(reports.get(file), test) !== "ok") return "the test does not pass on the sound code";
  const [source, broken] = [join(folder, "src"), join(folder, "dist")];
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, "src"), source, { recursive: true });
  for (const [module, from, to] of change) {
    const path = join(source, `${module}.ts`);
    const code = readFileSync(path, "utf8");
    if (code.split(from).length !== 2)
      return `${module}.ts holds the text to change ${code.split(from).length - 1} times`;
    writeFileSync(
      path,
      code.replace(from, () => to),
    );
  }
  bundle(source, broken);
  const found = outcome(await report(file, `^${test.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, broken), test);
  return found === "not ok" ? undefined : `the test was ${found}`;
}

/** The TAP report of a file's tests whose names match, on the build in `dist`; "hung" if there is no end to them. */
async function report(file, pattern, dist) {
  const flags = ["--test", "--test-reporter=tap", "--test-name-pattern", pattern];
  const child = spawn(process.execPath, [...flags, join(root, "tests", file)], {
    env: { ...process.env, AUDIOSCAPE_DIST: dist, AUDIOSCAPE_RUNS: "150" },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  // The whole group: the test's own servers and browsers end with it.
  const patience = setTimeout(() => process.kill(-child.pid, "SIGKILL"), PATIENCE_MS);
  const signal = await new Promise((resolve) => child.once("close", (_, killed) => resolve(killed)));
  clearTimeout(patience);
  return signal ? HUNG : text;
}

/** How a test ended, by its report: "ok", "not ok", "not found". */
function outcome(text, test) {
  if (text === HUNG) return "not ok";
  const lines = text.split("\n").filter((line) => line.includes(` - ${test}`) && !line.includes("# SKIP"));
  if (lines.some((line) => /^ *not ok /.test(line))) return "not ok";
  return lines.length ? "ok" : "not found";
}
