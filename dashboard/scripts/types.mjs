/** `npm run types`: writes src/api/schema.ts from what the server says of its API. Needs `make setup` of the project. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const print = `
import sys, msgspec
from audioscape_server.api.document import describe
from audioscape_server.api.resources import OPEN_ROUTES, PEOPLE_ROUTES, READ_ROUTES
sys.stdout.buffer.write(msgspec.json.encode(describe([READ_ROUTES, OPEN_ROUTES, PEOPLE_ROUTES])))
`;
const description = execFileSync("../.venv/bin/python", ["-c", print], { maxBuffer: 1 << 26 });
const types = astToString(await openapiTS(JSON.parse(description), { defaultNonNullable: false }));
const text = `/** Written by \`npm run types\`; what the API answers, field by field. */\n${types}`;
const file = "src/api/schema.ts";
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("The API has changed since the pages were built. Run make dashboard, and commit what it makes.");
  process.exit(1);
}
