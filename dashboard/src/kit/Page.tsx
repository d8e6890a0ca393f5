/** The main part of a page. Programs wait for its `data-ready`: what is above the fold is drawn then. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

interface PageProps {
  /** By which name a program finds it. */
  readonly name: string;
  readonly title: string;
  /** Whether the first screen is drawn, or its failure. */
  readonly ready: boolean;
  /** Beside the title. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Page({ name, title, ready, aside, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · AudioScape Analytics`;
  }, [title]);
  useEffect(() => {
    if (ready) performance.mark("dash:ready");
  }, [ready]);
  return (
    <main id="main" data-page={name} data-ready={ready ? "" : undefined} tabIndex={-1}>
      <div class="title">
        <h1>{title}</h1>
        {aside}
      </div>
      {children}
    </main>
  );
}
