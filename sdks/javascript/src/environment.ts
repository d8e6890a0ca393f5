import type { ClientOptions } from "./options.js";

/** The variables that stand in for options, each with how its text is read. */
const VARIABLES = {
  endpoint: ["AUDIOSCAPE_ENDPOINT", asText],
  apiKey: ["AUDIOSCAPE_API_KEY", asText],
  debug: ["AUDIOSCAPE_DEBUG", asSwitch],
  dryRun: ["AUDIOSCAPE_DRY_RUN", asSwitch],
  enabled: ["AUDIOSCAPE_ENABLED", asSwitch],
} as const;

const ON = ["1", "true", "yes", "on"];
const OFF = ["0", "false", "no", "off"];

/**
 * `options`, with what they leave open taken from the environment. What is empty or blank counts as not given, here and there.
 * Throws TypeError for a switch that is neither on nor off.
 */
export function withEnvironment(
  options: ClientOptions,
  environment: Readonly<Record<string, string | undefined>>,
): ClientOptions {
  const found: Record<string, string | boolean> = {};
  for (const [option, [name, read]] of Object.entries(VARIABLES)) {
    const text = environment[name]?.trim();
    const given = options[option as keyof ClientOptions] ?? "";
    if (text && `${given}`.trim() === "") found[option] = read(text, name);
  }
  return { ...options, ...found };
}

function asText(text: string): string {
  return text;
}

function asSwitch(text: string, name: string): boolean {
  const word = text.toLowerCase();
  if (ON.includes(word)) return true;
  if (OFF.includes(word)) return false;
  throw new TypeError(`${name} must be one of ${[...ON, ...OFF].join(", ")}; found ${JSON.stringify(text)}`);
}
