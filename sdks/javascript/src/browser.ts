import { Client } from "./client.js";
import type { AudioScapeOptions } from "./options.js";
import { browser } from "./platform-browser.js";

export * from "./api.js";

/** The client for web pages and everything that is not Node. */
export class AudioScape extends Client {
  constructor(options: AudioScapeOptions) {
    super(options, browser);
  }
}
