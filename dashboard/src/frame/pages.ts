/** The pages: their addresses, their names in the navigation, and the code of each, which is loaded when it is needed. */
import type { AnyComponent } from "preact";
import { lazy as later } from "preact-iso";
import type { Session } from "./boot.ts";
import { Unloaded } from "./Missing.tsx";

export interface PageEntry {
  readonly path: string;
  /** In the navigation; without one it is reached from elsewhere. */
  readonly title?: string;
  /** Who is shown it; everybody where it is not said. */
  readonly roles?: readonly string[];
  /** Whether it stands without the frame, for who is not signed in. */
  readonly bare?: boolean;
  /** What of the address it knows; period, comparison and filters where it is not said. */
  readonly knows?: "filters" | "nothing";
  readonly component: AnyComponent;
}

/** All but guests, who are told nothing on such a page. */
const MEMBERS = ["owner", "editor", "viewer"];
const EDITORS = ["owner", "editor"];

/** Whether a page would show anything but refusals to who is signed in. */
export const isOpenTo = ({ roles }: PageEntry, session: Session | null) =>
  !roles || roles.includes(session?.role ?? "");

/** A page whose code is loaded when it is needed, or says that it could not be. */
function lazy(load: () => Promise<{ readonly default: AnyComponent }>): AnyComponent {
  return later(() => load().catch(() => ({ default: Unloaded })));
}

export const PAGES: readonly PageEntry[] = [
  { path: "/", title: "Overview", component: lazy(() => import("../pages/Overview.tsx")) },
  { path: "/tracks", title: "Tracks", component: lazy(() => import("../pages/Tracks.tsx")) },
  { path: "/tracks/:asset", component: lazy(() => import("../pages/Track.tsx")) },
  {
    path: "/charts",
    title: "Charts",
    roles: MEMBERS,
    knows: "filters",
    component: lazy(() => import("../pages/Charts.tsx")),
  },
  { path: "/search", title: "Search", component: lazy(() => import("../pages/Search.tsx")) },
  { path: "/audience", title: "Audience", component: lazy(() => import("../pages/Audience.tsx")) },
  { path: "/funnel", title: "Funnel", component: lazy(() => import("../pages/Funnel.tsx")) },
  { path: "/events", title: "Events", roles: MEMBERS, component: lazy(() => import("../pages/Events.tsx")) },
  { path: "/experiences", title: "Experiences", component: lazy(() => import("../pages/Experiences.tsx")) },
  {
    path: "/live",
    title: "Live",
    roles: MEMBERS,
    knows: "nothing",
    component: lazy(() => import("../pages/Live.tsx")),
  },
  {
    path: "/settings",
    title: "Settings",
    roles: MEMBERS,
    knows: "nothing",
    component: lazy(() => import("../pages/Settings.tsx")),
  },
  {
    path: "/keys",
    title: "API keys",
    roles: EDITORS,
    knows: "nothing",
    component: lazy(() => import("../pages/Keys.tsx")),
  },
  {
    path: "/people",
    title: "People",
    roles: ["owner"],
    knows: "nothing",
    component: lazy(() => import("../pages/People.tsx")),
  },
  { path: "/welcome", roles: EDITORS, knows: "nothing", component: lazy(() => import("../pages/Welcome.tsx")) },
  { path: "/share", bare: true, component: lazy(() => import("../pages/Share.tsx")) },
  { path: "/login", bare: true, component: lazy(() => import("../pages/Login.tsx")) },
  { path: "/join", bare: true, component: lazy(() => import("../pages/Join.tsx")) },
];
