/** What the server put into the page: who is signed in, and how the project wants its numbers. */

export interface Session {
  readonly email: string;
  readonly project: string;
  readonly role: string | null;
  readonly roles: Readonly<Record<string, string>>;
  readonly csrf_token: string;
}

export interface ProjectSettings {
  /** IANA name of the zone in which days begin. */
  readonly zone: string;
  readonly week_start: "monday" | "sunday" | "saturday";
}

export interface Boot {
  /** Null on the pages for people who are not signed in. */
  readonly session: Session | null;
  readonly settings: ProjectSettings;
  /** Names by id. */
  readonly experiences: { [kind in "universe" | "place"]: Readonly<Record<string, string>> };
  readonly version: string;
  /** Whether the address leads nowhere. */
  readonly lost?: boolean;
}

/** Have pages follow the settings of another project than the one that they were made for. */
export function followSettings(settings: ProjectSettings): void {
  Object.assign(boot, { settings });
}

export const boot = JSON.parse(document.getElementById("boot")!.textContent!) as Boot;
