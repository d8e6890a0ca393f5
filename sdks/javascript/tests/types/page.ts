/** Compiled against the installed package with the DOM's types: a real element is a player's element. */
import { AudioScape, type AudioScapeOptions, type Player } from "audioscape";

const options: AudioScapeOptions = { apiKey: "key", endpoint: "https://analytics.example.com", transport: fetch };
const client = new AudioScape(options);
const player: Player = client.createPlayer({ playerId: 7, audio: new Audio() });
player.queue({ assetId: 1, src: "/a.mp3" });
player.queue([{ assetId: "2", src: "/b.mp3", duration: 195 }, { assetId: 3n }]);
player.play();
player.skip();

// @ts-expect-error an element is required
client.createPlayer({ playerId: 7 });
// @ts-expect-error internal
player.leave();
// @ts-expect-error a page has no environment to take the endpoint from
new AudioScape({ apiKey: "key" });
// @ts-expect-error nor the key
new AudioScape({ endpoint: "https://analytics.example.com" });
