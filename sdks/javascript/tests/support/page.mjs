/** A page's `document` and `window` as far as the SDK uses them, for one test of the browser build in Node. */
export function fakePage(t) {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  let listeners = 0;
  for (const [method, change] of [
    ["addEventListener", 1],
    ["removeEventListener", -1],
  ]) {
    page[method] = (...args) => {
      listeners += change;
      EventTarget.prototype[method].apply(page, args);
    };
  }
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
    online: () => page.dispatchEvent(new Event("online")),
    get listeners() {
      return listeners;
    },
  };
}
