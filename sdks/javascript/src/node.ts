import { Client } from "./client.js";
import type { AudioScapeOptions } from "./options.js";
import { node } from "./platform-node.js";

export * from "./api.js";

/** The client for Node 18 and later. */
export class AudioScape extends Client {
  constructor(options: AudioScapeOptions) {
    super(options, node);
  }
}
