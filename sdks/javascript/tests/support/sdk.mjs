/** The build under test: `dist`, or the folder that AUDIOSCAPE_DIST names (that is how mutants are tested). */
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const dist = resolve(process.env.AUDIOSCAPE_DIST ?? join(root, "dist"));

/** `format`: "esm" or "cjs". `platform`: "node" or "browser". */
export const sdk = (platform, format = "esm") => import(pathToFileURL(join(dist, format, `${platform}.js`)).href);
