/** Compiled against the installed package with the DOM's types: a real element is a player's element. */
import { AudioScape, type Player } from "audioscape";

const client = new AudioScape({ apiKey: "key", transport: fetch });
const player: Player = client.createPlayer({ playerId: 7, audio: new Audio() });
player.queue({ assetId: 1, src: "/a.mp3" });
player.queue([{ assetId: "2", src: "/b.mp3", duration: 195 }, { assetId: 3n }]);
player.play();
player.skip();

// @ts-expect-error an element is required
client.createPlayer({ playerId: 7 });
// @ts-expect-error internal
player.leave();
