/** Prints what the SDK costs: its size, the time of a track() call, the memory of a full queue. `npm run bench` */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { AudioScape } from "../dist/esm/node.js";

const ROUNDS = 15;
const CALLS = 20_000;

const client = (options = {}) =>
  new AudioScape({
    apiKey: "bench",
    endpoint: "http://127.0.0.1:9",
    transport: async () => ({ status: 202, headers: new Headers(), text: async () => "" }),
    ...options,
  });
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log(`Node ${process.version}, ${cpus()[0].model}`);

const bundle = readFileSync(new URL("../dist/audioscape.min.js", import.meta.url));
console.log(
  `size         ${bundle.length} bytes minified, ${gzipSync(bundle, { level: 9 }).length} gzipped, ${brotliCompressSync(bundle).length} brotli`,
);

/** Microseconds for one call, in the median of the rounds; between rounds the queue is emptied. */
async function cost(name, call, options) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const subject = client(options);
    const begin = performance.now();
    for (let count = 0; count < CALLS; count++) call(subject, count);
    times.push(((performance.now() - begin) * 1000) / CALLS);
    await subject.close();
  }
  console.log(`${name} ${median(times).toFixed(2)} µs`);
}

const roomy = { maxQueueSize: 10 * CALLS };
await cost("trackPlay    ", (subject, count) => subject.trackPlay(count, 7, 217), roomy);
await cost("search click ", (subject, count) => subject.trackSearchClick(count, 7, "lofi study beats", 2), roomy);
await cost("queue full   ", (subject, count) => subject.trackPlay(count, 7, 217), {
  maxQueueSize: 500,
  maxBatchSize: 500,
  logger: () => {},
});

/** Megabytes that 500 waiting events take. */
function memory(name, track) {
  const subjects = Array.from({ length: 5 }, () => client());
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (const subject of subjects) for (let count = 0; count < 500; count++) track(subject, count);
  globalThis.gc();
  const each = (process.memoryUsage().heapUsed - before) / subjects.length;
  console.log(`${name} ${(each / 1e6).toFixed(2)} MB for ${subjects[0].stats.queued} events`);
}

const filled =
  (character, end = "") =>
  (subject, count) => {
    const text = character.repeat(32_600 / Buffer.byteLength(character)) + end;
    subject.track({ type: "note", assetId: count, metadata: { text } });
  };
memory("plays        ", (subject, count) => subject.trackPlay(count, 7, 217));
memory("32 KB, ASCII ", filled("x"));
memory("32 KB, other ", filled("é"));
memory("32 KB, emoji ", filled("🎵"));
// The worst there is: one character beyond Latin-1 makes V8 keep two bytes for each.
memory("32 KB, mixed ", filled("x", "🎵"));
process.exit();
