import { Client } from "./client.js";
import { withEnvironment } from "./environment.js";
import type { ClientOptions } from "./options.js";
import { node } from "./platform-node.js";

export * from "./api.js";

/** What they leave open is taken from the environment: `AUDIOSCAPE_ENDPOINT`, `AUDIOSCAPE_API_KEY` and so on. */
export interface AudioScapeOptions extends ClientOptions {}

/** The client for Node 18 and later. */
export class AudioScape extends Client {
  constructor(options: AudioScapeOptions = {}) {
    super(withEnvironment(options, process.env), node);
  }
}
