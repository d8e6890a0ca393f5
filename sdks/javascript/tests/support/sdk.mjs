/** The build under test: `dist`, or the folder that AUDIOSCAPE_DIST names (that is how mutants are tested). */
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const dist = resolve(process.env.AUDIOSCAPE_DIST ?? join(root, "dist"));

/** `format`: "esm" or "cjs". `platform`: "node" or "browser". */
export const sdk = (platform, format = "esm") => import(pathToFileURL(join(dist, format, `${platform}.js`)).href);

/** What Node's build reads from the environment: a developer's own settings must not reach the tests. */
export const VARIABLES = ["ENDPOINT", "API_KEY", "DEBUG", "DRY_RUN", "ENABLED"].map((name) => `AUDIOSCAPE_${name}`);
for (const name of VARIABLES) delete process.env[name];
