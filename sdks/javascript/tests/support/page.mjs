/** A page's `document` and `window` as far as the SDK uses them, for one test of the browser build in Node. */
export function fakePage(t) {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  Object.assign(globalThis, { document: page, window: page });
  t.after(() => {
    delete globalThis.document;
    delete globalThis.window;
  });
  return {
    hide() {
      page.visibilityState = "hidden";
      page.dispatchEvent(new Event("visibilitychange"));
      page.visibilityState = "visible";
      page.dispatchEvent(new Event("visibilitychange"));
    },
    leave: () => page.dispatchEvent(new Event("pagehide")),
  };
}
