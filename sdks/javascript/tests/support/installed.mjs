/** The package as users get it: packed, and installed into an empty project. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./sdk.mjs";

const npm = (cwd, ...args) => execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** `files`: what the tarball holds. `folder`: a project that depends on it. */
export function install() {
  const folder = mkdtempSync(join(tmpdir(), "audioscape-user-"));
  // Without its scripts: packing would build again, under the feet of the other tests.
  const [{ filename, files }] = JSON.parse(
    npm(root, "pack", "--json", "--ignore-scripts", "--pack-destination", folder),
  );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", join(folder, filename));
  return {
    folder,
    files: files.map((file) => file.path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
