import { AudioScape } from "./browser.js";

// For a plain script tag: one global, the class itself.
(globalThis as { AudioScape?: typeof AudioScape }).AudioScape = AudioScape;
