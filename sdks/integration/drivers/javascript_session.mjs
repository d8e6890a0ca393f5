/** A game on the JavaScript SDK in Node, played from standard input; see `sessions.py` for the protocol. */
import { createInterface } from "node:readline";
// The build under test is named by AUDIOSCAPE_DIST.
import { Harness } from "../../javascript/tests/support/harness.mjs";
import { FakeMedium } from "../../javascript/tests/support/medium.mjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { endpoint, control, key, wall, rng, options } = JSON.parse((await lines.next()).value);
/** Whether the latest request is one that will never be answered. */
const received = async () => {
  const { silent, requests } = control ? await (await fetch(`${control}/latest`)).json() : {};
  return { held: silent && requests === harness.attempts ? 1 : 0 };
};
const harness = await Harness.create({ events: endpoint, received }, { apiKey: key, rng: () => rng, ...options }, { wall });
const { client } = harness;
const players = new Map();
const idOf = (event) => event.metadata?.id ?? "";

/** How the positional methods take the named arguments of a `call`. */
const CALLS = {
  trackVote: (a) => [a.assetId, a.value, a.playerId],
  trackFavorite: (a) => [a.assetId, a.playerId],
  trackUnfavorite: (a) => [a.assetId, a.playerId],
  trackAddToQueue: (a) => [a.assetId, a.playerId],
  trackSearchClick: (a) => [a.assetId, a.playerId, a.query, a.rank],
  track: (a) => [a],
};

const STEPS = {
  advance: (seconds) => harness.advance(seconds),
  call: ([method, named]) => client[method](...CALLS[method](named)),
  player([name, command]) {
    if (command === "create") {
      const medium = new FakeMedium(harness.clock);
      players.set(name, { medium, player: client.createPlayer({ playerId: name, audio: medium }) });
    } else if (command.queue) {
      players.get(name).player.queue(command.queue.map((track) => ({ ...track, src: `track:${track.assetId}` })));
    } else {
      players.get(name).player[command]();
    }
  },
  media([name, happening, length]) {
    const { medium } = players.get(name);
    ({ started: () => medium.started(length), ended: () => medium.ends(), failed: () => medium.fails() })[happening]();
  },
  flush: (seconds) => harness.outcome(client.flush({ timeoutMs: seconds * 1000 }), seconds),
  close: (seconds) => harness.outcome(client.close({ timeoutMs: seconds * 1000 }), seconds),
};

for (let line = await lines.next(); !line.done; line = await lines.next()) {
  for (const step of JSON.parse(line.value)) {
    const [[verb, argument]] = Object.entries(step);
    await STEPS[verb](argument);
    // Elements tell of what they do in the next turns, as browsers do.
    if (verb === "player" || verb === "media") await harness.settle();
  }
  await harness.settle();
  const rejected = harness.rejected.splice(0).map(([event, message]) => [idOf(event), message]);
  const dropped = harness.drops.splice(0).flatMap(([events, reason]) => events.map((event) => [idOf(event), reason]));
  console.log(JSON.stringify({ stats: client.stats, rejected, dropped }));
}
