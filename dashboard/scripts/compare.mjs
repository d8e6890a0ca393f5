/** Fails where the built files in the Python package are not what the sources make. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const committed = "../src/audioscape_server/dashboard/built";
const made = mkdtempSync(join(tmpdir(), "dashboard-"));
execFileSync("node_modules/.bin/vite", ["build", "--logLevel", "error", "--outDir", made], { stdio: "inherit" });
const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
const names = (folder) => files(folder).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
const all = new Set([...names(committed), ...names(made)]);
const read = (folder, name) => {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return null;
  }
};
const differing = [...all].filter((name) => read(committed, name) !== read(made, name));
rmSync(made, { recursive: true });
if (differing.length) {
  console.error(`Built from other sources: ${differing.join(", ")}. Run make dashboard, and commit what it makes.`);
  process.exit(1);
}
