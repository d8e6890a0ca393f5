/** A small web site: a page that loads the script-tag bundle, and tones to play on it. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { dist } from "./sdk.mjs";

const PAGE = '<title>A page</title><audio id="audio"></audio><script src="/audioscape.min.js"></script>';

/** `body`: what stands on every page. */
export async function startSite(body = PAGE) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://site");
    if (url.pathname === "/audioscape.min.js") {
      answer(response, "text/javascript", await readFile(join(dist, "audioscape.min.js")));
    } else if (url.pathname === "/tone.wav") {
      answer(response, "audio/wav", tone(Number(url.searchParams.get("seconds"))), request.headers.range);
    } else if (url.pathname.endsWith(".mp3")) {
      answer(response, "audio/wav", tone(0.3));
    } else if (url.pathname === "/broken.wav") {
      answer(response, "audio/wav", Buffer.from("no sound at all"));
    } else {
      answer(response, "text/html", Buffer.from(`<!doctype html>${body}`));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}/`,
    insecureUrl: `http://insecure.test:${port}/`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** With ranges, which browsers ask for before they seek. */
function answer(response, type, body, range) {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  response.setHeader("Content-Type", type);
  response.setHeader("Accept-Ranges", "bytes");
  if (from === undefined) {
    response.end(body);
    return;
  }
  const end = to ? Number(to) : body.length - 1;
  response.statusCode = 206;
  response.setHeader("Content-Range", `bytes ${from}-${end}/${body.length}`);
  response.end(body.subarray(Number(from), end + 1));
}

/** A WAV file: mono, 8 bits, 8,000 samples a second. */
function tone(seconds) {
  const rate = 8000;
  const samples = Math.round(seconds * rate);
  const file = Buffer.alloc(44 + samples, 128);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples, 40);
  for (let index = 0; index < samples; index++) file[44 + index] = 128 + Math.round(40 * Math.sin(index / 3));
  return file;
}
