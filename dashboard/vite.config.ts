/** Builds the pages into the Python package. Nothing of the machine it runs on may be in the result: CI compares it. */
import { defineConfig } from "vite";

export default defineConfig({
  // React's name for the elements' factory is Preact's here, as in tsconfig.json.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/audioscape_server/dashboard/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    sourcemap: false,
  },
});
