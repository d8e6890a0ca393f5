/** What a project keeps for its people: settings, titles, notes, saved views, links. */
import type { ProjectSettings } from "../frame/boot.ts";
import { API, change, type Parameters, type Question, question, upload } from "./client.ts";
import type { components } from "./schema.ts";

type Schemas = components["schemas"];
export type Annotation = Schemas["Annotation"];
export type SavedView = Schemas["SavedView"];

/** A link that somebody made. */
export interface Share {
  readonly id: string;
  readonly page: string;
  readonly query: string;
  readonly by: string | null;
  readonly created_at: string;
  readonly ends_at: string;
}

/** What a link shows. */
export interface Shared extends ProjectSettings {
  readonly project: string;
  readonly page: string;
  readonly query: string;
  readonly first_day: string | null;
  readonly has_events: boolean;
  readonly ends_at: string;
}

/** What a guest is shown. */
export interface GuestLimits {
  readonly assets: readonly string[];
  readonly artists: readonly string[];
  readonly albums: readonly { readonly album: string; readonly artist: string | null }[];
}

/** Somebody with a role in the project. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  /** Until when an invitation is open; null of who came. */
  readonly invited_until: string | null;
}

/** What became of a CSV of titles. */
export interface Titles {
  readonly taken: number;
}

export const annotations = (parameters: Parameters): Question<Schemas["Annotations"]> =>
  question("annotations", parameters);
export const views = (): Question<Schemas["SavedViews"]> => question("views");
export const shares = (): Question<{ readonly shares: readonly Share[] }> => question("shares");

export const people = (): Question<{ readonly people: readonly Person[] }> => question("people");
export const guestLimits = (id: string): Question<GuestLimits> => question(`people/${id}/limits`);

export const limitGuest = (id: string, given: GuestLimits) =>
  change<GuestLimits>("PUT", `${API}people/${id}/limits`, given);
export const changeSettings = (settings: ProjectSettings) => change<ProjectSettings>("PUT", `${API}settings`, settings);
/** The name of a universe or a place; null takes it away. */
export const nameExperience = (named: { kind: string; id: string; name: string | null }) =>
  change<{ name: string | null }>("PUT", `${API}experiences/names`, named);
export const importTitles = (file: Blob) => upload<Titles>(`${API}titles`, "text/csv", file);
export const annotate = (note: { at: string; until?: string; text: string }) =>
  change<{ id: string }>("POST", `${API}annotations`, note);
export const removeAnnotation = (id: string) => change<null>("DELETE", `${API}annotations/${id}`);
export const saveView = (view: { name: string; page: string; query: string }) =>
  change<{ id: string }>("POST", `${API}views`, view);
export const removeView = (id: string) => change<null>("DELETE", `${API}views/${id}`);
export const share = (wanted: { page: string; query: string; days: number }) =>
  change<{ id: string; path: string; ends_at: string }>("POST", `${API}shares`, wanted);
export const endShare = (id: string) => change<null>("DELETE", `${API}shares/${id}`);
export const signOutEverywhere = () => change<null>("POST", "/logout", { everywhere: true });
