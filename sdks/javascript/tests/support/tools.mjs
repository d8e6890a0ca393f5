/** Programs the tests need. Where one is missing its tests say so and are skipped; with CI=true they fail. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./sdk.mjs";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const python = process.env.PYTHON ?? "python3";
export const faultServerScript = join(root, "../conformance/fault_server.py");

const lacks = {
  python: () => spawnSync(python, ["--version"]).status !== 0 && `${python} is not installed`,
  conformance: () => !existsSync(faultServerScript) && "sdks/conformance is not there",
  chromium: () => !chromium() && "Chromium is not installed (set CHROMIUM to its path)",
};

export function chromium() {
  return [process.env.CHROMIUM, ...CHROMIUM].find((path) => path && existsSync(path));
}

/** Test options: `skip` with the reason if a tool is missing, unless CI has to have them all. */
export function needs(...tools) {
  const reason = tools.map((tool) => lacks[tool]()).find(Boolean);
  if (reason && process.env.CI === "true") throw new Error(`${reason}, and CI must run every test`);
  return { skip: reason || false };
}

/** The scripted server of sdks/conformance as a subprocess. */
export async function startFaultServer() {
  const child = spawn(python, [faultServerScript], { stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaints += text;
  });
  const line = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`fault_server.py ended with ${code}: ${complaints}`)));
    child.stdout.setEncoding("utf8").once("data", resolve);
  });
  const { events, control, refused } = JSON.parse(line);
  const ask = async (method, path, body) => {
    const response = await fetch(control + path, { method, body: body === undefined ? null : JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    events,
    control,
    refused,
    reset: () => ask("POST", "/reset"),
    script: (replies, fallback) =>
      ask("PUT", "/script", { ...(replies && { replies }), ...(fallback && { default: fallback }) }),
    release: () => ask("POST", "/release"),
    down: () => ask("POST", "/down"),
    up: () => ask("POST", "/up"),
    received: () => ask("GET", "/received"),
    async stop() {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.stdin.end();
      await ended;
    },
  };
}
