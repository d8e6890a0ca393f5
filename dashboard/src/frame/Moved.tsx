/**
 * Notices that the project's zone or first day of the week is another one by now, such as changed by a colleague: the page
 * was made with the old ones, so its "today" is no longer that of pages that are loaded after it.
 */
import { useEffect, useState } from "preact/hooks";
import { askAlong, isOver } from "../api/client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { boot, type ProjectSettings } from "./boot.ts";

/** A moment before the bar counts players again: with that call it is asked, not with one of its own. */
const EVERY_MS = 29_500;

export function Moved() {
  const [now, setNow] = useState<ProjectSettings | null>(null);
  useEffect(() => {
    const left = new AbortController();
    const { signal } = left;
    let timer = 0;
    const wait = () => {
      timer = window.setTimeout(look, EVERY_MS);
    };
    const look = async () => {
      clearTimeout(timer);
      timer = 0;
      if (!document.hidden && !isOver()) {
        const told = await askAlong("settings", signal).catch(() => null);
        if (signal.aborted) return;
        const found = told?.status === 200 ? (told.body as ProjectSettings) : boot.settings;
        // Said once: what is dismissed is not said again.
        if (found.zone !== boot.settings.zone || found.week_start !== boot.settings.week_start) return setNow(found);
      }
      wait();
    };
    const seen = () => {
      if (timer && !document.hidden) void look();
    };
    document.addEventListener("visibilitychange", seen, { signal });
    wait();
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, []);
  if (!now) return null;
  const weekday = now.week_start[0]!.toUpperCase() + now.week_start.slice(1);
  return (
    <Dialog title="Days or weeks have changed" onClose={() => setNow(null)}>
      <p>
        In this project days are those of {now.zone} and weeks begin on {weekday} by now. This page was loaded before
        that, and shows other numbers.
      </p>
      <button type="button" class="main" onClick={() => location.reload()}>
        Load it anew
      </button>
    </Dialog>
  );
}
