/** Starts the pages: who is signed in gets the frame, who is not gets the page alone. */
import { render } from "preact";
import { useState } from "preact/hooks";
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { boot } from "./frame/boot.ts";
import { Begun, sinceFirstEvent } from "./frame/Eventless.tsx";
import { Frame } from "./frame/Frame.tsx";
import { keepFocus } from "./frame/focus.ts";
import { Closed, Missing } from "./frame/Missing.tsx";
import { isOpenTo, PAGES, type PageEntry } from "./frame/pages.ts";
import { restoreTheme } from "./frame/theme.ts";
import { Saying } from "./kit/say.tsx";
import "./style/tokens.css";
import "./style/base.css";
import "./style/kit.css";

restoreTheme();

function componentOf(page: PageEntry) {
  if (!isOpenTo(page, boot.session)) return Closed;
  return boot.has_events || page.knows === "nothing" ? page.component : sinceFirstEvent(page);
}

const ROUTES = PAGES.map((page) => ({ path: page.path, component: componentOf(page) }));

function Pages() {
  return (
    <ErrorBoundary>
      <Router>
        {ROUTES.map((route) => (
          <Route key={route.path} {...route} />
        ))}
        <Route default component={Missing} />
      </Router>
    </ErrorBoundary>
  );
}

function App() {
  const { path } = useLocation();
  const [, drawAnew] = useState({});
  const isBare = PAGES.some((page) => page.bare && page.path === path);
  return (
    <Begun.Provider value={() => drawAnew({})}>
      <Saying>
        {boot.session && !isBare ? (
          <Frame session={boot.session}>
            <Pages />
          </Frame>
        ) : (
          <Pages />
        )}
      </Saying>
    </Begun.Provider>
  );
}

/** Addresses of this app; links to others, such as /docs, are the browser's. */
const OURS = /^\/(?!docs|openapi|metrics|healthz|readyz|analytics)/;

const root = document.getElementById("app")!;
keepFocus(root);
render(
  // Whether somebody is signed in is not known there: its link is the browser's, and the server leads on.
  boot.lost ? (
    <Missing />
  ) : (
    <LocationProvider scope={OURS}>
      <App />
    </LocationProvider>
  ),
  root,
);
