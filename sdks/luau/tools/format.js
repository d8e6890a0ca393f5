// Formats src and examples with StyLua, by the settings of stylua.toml. `--check` only names what differs, and fails.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CallParenType,
  Config,
  IndentType,
  LineEndings,
  LuaVersion,
  OutputVerification,
  QuoteStyle,
  SortRequiresConfig,
  formatCode,
} from "@johnnymorganz/stylua";

const root = fileURLToPath(new URL("..", import.meta.url));
const settings = readFileSync(join(root, "stylua.toml"), "utf8");

/** The value of a setting in stylua.toml, which is flat enough to be read line by line. */
function setting(name) {
  const value = new RegExp(`^${name} = "?([^"\\n]+)"?$`, "m").exec(settings)?.[1];
  if (value === undefined) throw new Error(`stylua.toml has no ${name}`);
  return value;
}

function config() {
  const config = Config.new();
  config.syntax = LuaVersion.Luau;
  config.column_width = Number(setting("column_width"));
  config.line_endings = LineEndings[setting("line_endings")];
  config.indent_type = IndentType[setting("indent_type")];
  config.indent_width = Number(setting("indent_width"));
  config.quote_style = QuoteStyle[setting("quote_style")];
  config.call_parentheses = CallParenType[setting("call_parentheses")];
  const sortRequires = SortRequiresConfig.new();
  sortRequires.enabled = setting("enabled") === "true";
  config.sort_requires = sortRequires;
  return config;
}

const checkOnly = process.argv.includes("--check");
let differs = false;
for (const folder of ["src", "examples"]) {
  for (const name of readdirSync(join(root, folder)).filter((name) => name.endsWith(".luau"))) {
    const path = join(root, folder, name);
    const text = readFileSync(path, "utf8");
    const formatted = formatCode(text, config(), undefined, OutputVerification.Full);
    if (formatted === text) continue;
    differs = true;
    console.log(`${checkOnly ? "not formatted" : "formatted"}: ${folder}/${name}`);
    if (!checkOnly) writeFileSync(path, formatted);
  }
}
process.exitCode = checkOnly && differs ? 1 : 0;
