/**
 * What a guest is shown, as text: one on each line. Whatever names hold, what is written is read back as the same: a name
 * that would be read as something else is written as a JSON text, in quotes.
 */
import type { GuestLimits } from "../api/desk.ts";

/** Between an album and its artist. */
const BY = " by ";
const QUOTED = /^("(?:[^"\\]|\\.)*")(?: by (.*))?$/;

export type Written = { readonly [name in keyof GuestLimits]: string };
type Album = GuestLimits["albums"][number];

export function written({ assets, artists, albums }: GuestLimits): Written {
  return {
    assets: assets.join("\n"),
    artists: artists.map((name) => (nameOf(name) === name ? name : JSON.stringify(name))).join("\n"),
    albums: albums.map(lineOf).join("\n"),
  };
}

export function given({ assets, artists, albums }: Written): GuestLimits {
  return { assets: lines(assets), artists: lines(artists).map(nameOf), albums: lines(albums).map(albumOf) };
}

const lines = (text: string) => text.split("\n").flatMap((line) => line.trim() || []);

function nameOf(line: string): string {
  const [, quoted, rest] = QUOTED.exec(line) ?? [];
  return (quoted && rest === undefined && unquoted(quoted)) || oneLine(line);
}

function albumOf(line: string): Album {
  const [, quoted, rest] = QUOTED.exec(line) ?? [];
  const album = quoted && unquoted(quoted);
  if (album) return { album, artist: rest === undefined ? null : nameOf(rest) };
  const at = line.lastIndexOf(BY);
  if (at < 0) return { album: oneLine(line), artist: null };
  return { album: oneLine(line.slice(0, at)), artist: nameOf(line.slice(at + BY.length)) };
}

function lineOf({ album, artist }: Album): string {
  const plain = artist === null ? album : album + BY + artist;
  const read = albumOf(plain);
  if (read.album === album && read.artist === artist) return plain;
  const by = artist === null ? "" : BY + (nameOf(artist) === artist ? artist : JSON.stringify(artist));
  return JSON.stringify(album) + by;
}

const oneLine = (text: string) => text.replaceAll("\n", " ").trim();

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
