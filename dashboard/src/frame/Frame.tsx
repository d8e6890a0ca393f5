/** What stands around every page: navigation, the bar of the period, who is signed in. */
import { type ComponentChildren, Fragment } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { change, type Ending, onEnding } from "../api/client.ts";
import { Act } from "../kit/Act.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { laterDialog } from "../kit/later-dialog.tsx";
import { useSay } from "../kit/say.tsx";
import { Active } from "./Active.tsx";
import { COMPARISONS, type Comparison, type PeriodName, stepped } from "./asked.ts";
import type { Session } from "./boot.ts";
import { Desk, isMember } from "./Desk.tsx";
import { Moved } from "./Moved.tsx";
import { PeriodBar } from "./PeriodBar.tsx";
import { isOpenTo, PAGES } from "./pages.ts";
import { type Shortcuts, useShortcuts } from "./shortcuts.ts";
import { setTheme, theme } from "./theme.ts";
import { Underway } from "./Underway.tsx";
import { samePeriod, useAsked } from "./use-asked.ts";

const Help = laterDialog(() => import("./Help.tsx"));

const PERIOD_KEYS: Readonly<Record<string, PeriodName>> = {
  d: "today",
  h: "24h",
  w: "7d",
  f: "28d",
  n: "91d",
  m: "month",
  y: "year",
  a: "all",
};

export function Frame({ session, children }: { readonly session: Session; readonly children: ComponentChildren }) {
  const { asked, ask, zone } = useAsked();
  const { path } = useLocation();
  const knows = PAGES.find((page) => page.path === path)?.knows;
  const [choosing, setChoosing] = useState(false);
  const [helping, setHelping] = useState(false);
  const [ending, setEnding] = useState<Ending | null>(null);
  // Said once: a page that asks again every few seconds would say so for ever.
  const dismissed = useRef(false);
  useEffect(() => onEnding((found) => dismissed.current || setEnding(found)), []);
  const dismiss = () => {
    dismissed.current = true;
    setEnding(null);
  };

  const shortcuts = useMemo((): Shortcuts => {
    const always = {
      "/": () => document.querySelector<HTMLInputElement>("[data-find]")?.focus(),
      "?": () => setHelping(true),
    };
    if (knows === "nothing") return always;
    const filtered = { ...always, escape: () => ask({ ...asked, filters: {} }) };
    if (knows === "filters") return filtered;
    const move = (direction: -1 | 1) => () => {
      const next = stepped(asked, Date.now(), zone, direction);
      if (next) ask(next);
    };
    const comparisons = Object.keys(COMPARISONS) as Comparison[];
    const compare = comparisons[(comparisons.indexOf(asked.compare) + 1) % comparisons.length]!;
    const periods = Object.entries(PERIOD_KEYS).map(([key, period]) => [
      key,
      () => ask({ period, compare: asked.compare, filters: asked.filters }),
    ]);
    return {
      ...Object.fromEntries(periods),
      c: () => setChoosing(true),
      arrowleft: move(-1),
      arrowright: move(1),
      x: () => ask({ ...asked, compare }),
      ...filtered,
    };
  }, [asked, ask, zone, knows]);
  useShortcuts(shortcuts);

  return (
    <>
      <a class="skip" href="#main">
        To the numbers
      </a>
      <div class="frame">
        <Navigation session={session} />
        <div class="content">
          <header class="bar">
            {knows !== "nothing" && (
              <PeriodBar timeless={knows === "filters"} choosing={choosing} onChoosing={setChoosing} />
            )}
            <div class="tools">
              {isMember() && <Active filtered={knows !== "nothing"} />}
              <Desk />
              <Tools onHelp={() => setHelping(true)} />
            </div>
          </header>
          <Underway>{children}</Underway>
        </div>
      </div>
      <Moved />
      {helping && <Help onClose={() => setHelping(false)} />}
      {ending === "other project" && (
        <Dialog title="Another project" onClose={dismiss}>
          <p>This page is about {session.project}. In another tab another project was chosen.</p>
          <button type="button" class="main" onClick={() => location.reload()}>
            Show that one here
          </button>
        </Dialog>
      )}
      {ending === "signed out" && (
        <Dialog title="You are signed out" onClose={dismiss}>
          <p>Your session has ended. Signing in leads back to this page.</p>
          <a class="button main" href={`/login?next=${encodeURIComponent(location.pathname + location.search)}`}>
            Sign in again
          </a>
        </Dialog>
      )}
    </>
  );
}

function Navigation({ session }: { readonly session: Session }) {
  const { url, path } = useLocation();
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLButtonElement>(null);
  // On another page the menu is closed.
  useEffect(() => setOpen(false), [path]);
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    // The filters stay.
    event.stopPropagation();
    setOpen(false);
    menu.current?.focus();
  };
  const seen = PAGES.filter((page) => page.title && isOpenTo(page, session));
  return (
    <nav class={open ? "pages open" : "pages"} aria-label="Pages" onKeyDown={close}>
      <div class="brand">
        <b>AudioScape</b>
        <button ref={menu} type="button" class="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
          Menu
        </button>
      </div>
      <ul>
        {seen.map(({ path: to, title }) => (
          <li key={to}>
            <a href={samePeriod(url, to)} aria-current={path === to ? "page" : undefined}>
              {title}
            </a>
          </li>
        ))}
        <li>
          <a href="/docs" target="_blank" rel="noreferrer">
            API
          </a>
        </li>
      </ul>
      <Who session={session} />
    </nav>
  );
}

function Who({ session }: { readonly session: Session }) {
  const say = useSay();
  const projects = Object.keys(session.roles);
  const refused = (error: Error) => say(error.message);
  const choose = (project: string) =>
    change("POST", "/session/project", { project }).then(() => location.assign("/"), refused);
  const leave = () => change("POST", "/logout", {}).then(() => location.assign("/login"));
  return (
    <div class="who">
      {projects.length > 1 ? (
        <label>
          Project{" "}
          <select value={session.project} onChange={(event) => choose(event.currentTarget.value)}>
            {projects.map((project) => (
              <option key={project}>{project}</option>
            ))}
          </select>
        </label>
      ) : (
        <span>{session.project}</span>
      )}
      <span class="muted" title={session.email}>
        {session.email}
      </span>
      <Act quiet act={leave}>
        Sign out
      </Act>
    </div>
  );
}

function Tools({ onHelp }: { readonly onHelp: () => void }) {
  const [shown, setShown] = useState(theme());
  const other = shown === "dark" ? "light" : "dark";
  const turn = () => {
    setTheme(other);
    setShown(other);
  };
  return (
    <Fragment>
      <button type="button" class="quiet" onClick={turn} aria-label={`Use the ${other} theme`}>
        {other === "dark" ? "☾" : "☀"}
      </button>
      <button type="button" class="quiet" onClick={onHelp} aria-label="Keyboard map">
        ?
      </button>
    </Fragment>
  );
}
