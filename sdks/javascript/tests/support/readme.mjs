/** The README as its tests read it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./sdk.mjs";

export const readme = readFileSync(join(root, "README.md"), "utf8");

/** The address that stands for a reader's own server. */
export const ENDPOINT = "https://analytics.example.com";

export const section = (title) => readme.split(`\n## ${title}\n`)[1].split("\n## ")[0];

/** The code of a language; `text`: by default all that stands outside of the recipes. */
export const blocks = (language, text = readme.replace(section("Recipes"), "")) =>
  Array.from(text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms")), ([, code]) => code);
