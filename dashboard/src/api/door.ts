/** What the pages of keys and people ask and change. No key can ask it, so the API's description does not have it. */
import { API, change, question } from "./client.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly last_seen: string | null;
  readonly invited_until: string | null;
  readonly you: boolean;
}

export interface Invited {
  readonly email: string;
  readonly role: string;
  readonly invited_until: string;
  readonly link: string;
}

export interface OldSecret {
  readonly last4: string | null;
  readonly works_until: string;
  readonly last_used: string | null;
  readonly used_since_rotation: boolean;
}

export interface Key {
  readonly id: string;
  readonly name: string;
  readonly state: "live" | "expired" | "revoked";
  readonly prefix: string | null;
  readonly last4: string | null;
  readonly scopes: readonly string[];
  readonly rate: number;
  readonly created: string;
  readonly expires: string | null;
  readonly revoked: string | null;
  readonly last_used: string | null;
  readonly last_universe: string | null;
  readonly events: number | null;
  readonly rejected: number;
  readonly last_rejected: {
    readonly at: string;
    readonly reason: string;
    readonly sample: { readonly message?: string; readonly event?: unknown };
  } | null;
  readonly old_secrets: readonly OldSecret[];
}

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly rate: number;
  readonly expires_in_days: number | null;
}

/** A key with its secret, told once. */
export interface MadeKey {
  readonly id: string;
  readonly key: string;
}

/** What a one-time link leads to. */
export interface Opened {
  readonly kind: "first" | "invitation" | "reset";
  readonly email: string | null;
  readonly project: string | null;
  readonly role: string | null;
  readonly has_account: boolean;
}

export const ROLES = ["owner", "editor", "viewer", "guest"] as const;

export const people = () => question<{ readonly people: readonly Person[] }>("people");
export const keys = () => question<{ readonly since: string; readonly keys: readonly Key[] }>("keys");

const of = (kind: "people" | "keys", id: string, act: string) => `${API}${kind}/${encodeURIComponent(id)}${act}`;

export const invite = (email: string, role: string) => change<Invited>("POST", `${API}people`, { email, role });
export const setRole = (id: string, role: string) => change<null>("POST", of("people", id, "/role"), { role });
export const signOut = (id: string) => change<null>("POST", of("people", id, "/sign-out"));
export const removePerson = (id: string) => change<null>("DELETE", of("people", id, ""));

export const createKey = (wanted: NewKey) => change<MadeKey>("POST", `${API}keys`, wanted);
export const rotateKey = (id: string, overlap_s: number) =>
  change<MadeKey>("POST", of("keys", id, "/rotate"), { overlap_s });
export const revokeKey = (id: string) => change<null>("POST", of("keys", id, "/revoke"));
