/** The package: what is in it, how big it is, and that every way of loading it works. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { install } from "./support/installed.mjs";
import { dist, root } from "./support/sdk.mjs";

/** What a page may have to load, in bytes: 7.5 KB gzipped. */
const SIZE_LIMIT = 7.5 * 1024;
const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

test("the browser bundle is under 7.5 KB gzipped", () => {
  const size = gzipped(readFileSync(join(dist, "audioscape.min.js")));
  assert.ok(size < SIZE_LIMIT, `${size} bytes`);
});

test("the package has no runtime dependencies", () => {
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"]) {
    assert.equal(manifest[kind], undefined, kind);
  }
});

test("the lock file pins by hash and names no address", () => {
  const text = readFileSync(join(root, "package-lock.json"), "utf8");
  assert.ok(!/https?:/.test(text), "an address is in package-lock.json: renew it with `npm run lock`");
  for (const [path, entry] of Object.entries(JSON.parse(text).packages)) {
    if (path) assert.match(entry.integrity, /^sha512-/, path);
  }
});

test("the changelog and the README know this version", () => {
  assert.match(readFileSync(join(root, "README.md"), "utf8"), new RegExp(`\\baudioscape-${manifest.version}\\.tgz\\b`));
  assert.match(readFileSync(join(root, "CHANGELOG.md"), "utf8"), new RegExp(`^## ${manifest.version}$`, "m"));
});

describe("installed from its tarball", () => {
  let user;
  before(() => {
    user = install();
  });
  after(() => user.remove());

  const node = (...args) => execFileSync(process.execPath, args, { cwd: user.folder, encoding: "utf8" });
  const use =
    "const c = new AudioScape({ apiKey: 'k', endpoint: 'http://127.0.0.1:9' }); c.trackPlay(1); console.log(JSON.stringify(c.stats)); process.exit();";

  test("it holds the builds and their types, and nothing else", () => {
    const expected =
      /^(dist\/(esm|cjs)\/([a-z0-9-]+\.d\.ts|(browser|node)\.js|package\.json)|dist\/audioscape\.min\.js|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
    assert.deepEqual(
      user.files.filter((file) => !expected.test(file)),
      [],
    );
    for (const file of [
      "dist/esm/node.js",
      "dist/cjs/node.js",
      "dist/esm/node.d.ts",
      "dist/cjs/browser.d.ts",
      "LICENSE",
    ]) {
      assert.ok(user.files.includes(file), file);
    }
  });

  test("an ES module imports it", () => {
    assert.match(node("--input-type=module", "-e", `import { AudioScape } from "audioscape"; ${use}`), /"queued":1/);
  });

  test("CommonJS requires it", () => {
    assert.match(node("-e", `const { AudioScape } = require("audioscape"); ${use}`), /"queued":1/);
  });

  test("a bundler for browsers takes the browser build, under 7.5 KB gzipped", () => {
    writeFileSync(
      join(user.folder, "page.js"),
      'import { AudioScape } from "audioscape"; globalThis.client = AudioScape;',
    );
    const { outputFiles, metafile } = buildSync({
      absWorkingDir: user.folder,
      entryPoints: ["page.js"],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "browser",
      metafile: true,
    });
    assert.deepEqual(Object.keys(metafile.inputs).sort(), ["node_modules/audioscape/dist/esm/browser.js", "page.js"]);
    const size = gzipped(outputFiles[0].contents);
    assert.ok(size < SIZE_LIMIT, `${size} bytes`);
  });

  test("its types serve ES modules and CommonJS, strictly, with and without the DOM", () => {
    const sample = readFileSync(join(root, "tests/types/sample.ts"), "utf8");
    for (const extension of ["mts", "cts"]) writeFileSync(join(user.folder, `sample.${extension}`), sample);
    const page = readFileSync(join(root, "tests/types/page.ts"), "utf8");
    writeFileSync(join(user.folder, "page.mts"), page);
    const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
    const types = ["--typeRoots", join(root, "node_modules/@types")];
    const strict = [
      "--strict",
      "--exactOptionalPropertyTypes",
      "--noUncheckedIndexedAccess",
      "--noEmit",
      "--target",
      "es2022",
    ];
    for (const [files, flags] of [
      [
        ["sample.mts", "sample.cts"],
        ["--module", "nodenext", "--lib", "es2022", "--types", "node", ...types],
      ],
      [["page.mts"], ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom", "--types", ""]],
    ]) {
      const { status, stdout } = spawnSync(process.execPath, [tsc, ...strict, ...flags, ...files], {
        cwd: user.folder,
        encoding: "utf8",
      });
      assert.equal(status, 0, stdout);
    }
  });
});
