/**
 * Builds `dist` from `src`: `node scripts/build.mjs [source folder] [target folder]`.
 *
 *   dist/esm/{browser,node}.js    ES modules, with .d.ts
 *   dist/cjs/{browser,node}.js    CommonJS, with .d.ts; the package.json beside them makes both be read as such
 *   dist/audioscape.min.js        for a plain script tag: the global AudioScape
 *
 * Another source folder is how the mutants are built; types are left out there.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Members that only the SDK's own modules use, and that no platform object has: shortened in the script-tag bundle.
 * What is `#private` is shortened anyway.
 */
const INTERNAL_MEMBERS = [
  ...["arrange", "bytes", "drain", "events", "evict", "free", "freshSize", "giveUp", "hide", "kind", "leave", "ledger"],
  ...["listened", "log", "oldest", "onDestroy", "online", "onWire", "outcome", "over", "payload", "platform", "quote"],
  ...["refusal", "refuse", "rejections", "retryAfter", "said", "settings", "settle", "shutDown", "since", "sounding"],
  ...["start", "take", "url", "uuid", "watch"],
];

/** The JavaScript alone, without types. */
export function bundle(source, target) {
  const common = { bundle: true, target: "es2022", logLevel: "warning", charset: "utf8", legalComments: "none" };
  const entries = (format, platform) => ({
    ...common,
    entryPoints: [join(source, `${platform}.ts`)],
    platform,
    format,
    outfile: join(target, format, `${platform}.js`),
  });
  for (const format of ["esm", "cjs"]) for (const platform of ["browser", "node"]) buildSync(entries(format, platform));
  buildSync({
    ...common,
    entryPoints: [join(source, "global.ts")],
    platform: "browser",
    format: "iife",
    minify: true,
    mangleProps: new RegExp(`^(${INTERNAL_MEMBERS.join("|")})$`),
    outfile: join(target, "audioscape.min.js"),
  });
  for (const [format, type] of [
    ["esm", "module"],
    ["cjs", "commonjs"],
  ]) {
    writeFileSync(join(target, format, "package.json"), `${JSON.stringify({ type })}\n`);
  }
}

function types(target) {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  for (const format of ["esm", "cjs"]) {
    execFileSync(process.execPath, [join(typescript, "bin/tsc"), "--outDir", join(target, format)], {
      cwd: root,
      stdio: "inherit",
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = join(root, "dist");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  bundle(join(root, "src"), target);
  types(target);
}
