import { Client } from "./client.js";
import type { ClientOptions } from "./options.js";
import { browser } from "./platform-browser.js";

export * from "./api.js";

export interface AudioScapeOptions extends ClientOptions {
  apiKey: string;
  endpoint: string;
}

/** The client for web pages and everything that is not Node. */
export class AudioScape extends Client {
  constructor(options: AudioScapeOptions) {
    super(options, browser);
  }
}
