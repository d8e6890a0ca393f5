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
  /** The day with which the project begins; null where it is not known. */
  readonly first_day: string | null;
  /** False where it is known that the project has none. */
  readonly has_events: boolean;
  readonly version: string;
  /** Whether the address leads nowhere. */
  readonly lost?: boolean;
}

/** Have pages know that the first event has come. */
export function beginWith(first_day: string): void {
  Object.assign(boot, { first_day, has_events: true });
}

/** Have pages follow another project than the one that they were made for. */
export function followProject(settings: ProjectSettings, first_day: string | null): void {
  Object.assign(boot, { settings, first_day });
}

export const boot = JSON.parse(document.getElementById("boot")!.textContent!) as Boot;
