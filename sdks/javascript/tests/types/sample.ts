/** Compiled against the installed package, as ESM and as CommonJS: the types say what they should. */
import {
  AudioScape,
  type BeforeSend,
  type Clock,
  type DropReason,
  type LogLevel,
  type Stats,
  type TrackEvent,
  type Transport,
} from "audioscape";

const transport: Transport = (url, request) => fetch(url, request);
const clock: Clock = { wall: () => 0, monotonic: () => 0, after: () => () => {} };

const beforeSend: BeforeSend = (event) => (event.type === "secret" ? null : { ...event, playerId: null });

const client = new AudioScape({
  apiKey: "key",
  endpoint: "https://analytics.example.com",
  batchInterval: 10,
  maxQueueSize: undefined,
  universeId: 1,
  placeId: "2",
  transport,
  clock,
  rng: Math.random,
  logger: (message: string, level: LogLevel) => [message, level === "debug"],
  beforeSend,
  superProperties: { build: "1.2", beta: true },
  enabled: true,
  dryRun: false,
  debug: undefined,
  onRejected(event: TrackEvent, message: string) {
    return [event.type, event.assetId, message];
  },
  async onDropped(events: TrackEvent[], reason: DropReason) {
    await Promise.resolve([events.length, reason === "queue_full"]);
  },
});

// With the environment.
new AudioScape();
new AudioScape({ apiKey: "key" });

client.configureAnalytics({ maxBatchSize: 100 });
client.register({ room: "red" });
client.unregister("room");
client.setEnabled(false);
client.trackPlay("1", 7, 217);
client.trackPlay(1n);
client.trackStop(1, "p", 3);
client.trackSkip(1, "p", 3);
client.trackVote(1, "up", 7);
client.trackFavorite(1);
client.trackUnfavorite(1, 7);
client.trackAddToQueue(1, 7);
client.trackSearchClick(1, undefined, "lofi", 1);
client.track({ type: "lobby_opened", metadata: { room: "red", size: 4, open: true }, timestamp: undefined });

const stats: Stats = client.stats;
const lost: number | undefined = stats.droppedBy.shutdown;
const settled: Promise<boolean> = client.flush({ timeoutMs: 1000 });
const closed: Promise<void> = client.close();
void [lost, settled, closed];

// @ts-expect-error a switch is no text
new AudioScape({ dryRun: "1" });
// @ts-expect-error a hook returns an event or null
new AudioScape({ beforeSend: () => undefined });
// @ts-expect-error a hook answers at once
new AudioScape({ beforeSend: async (event) => event });
// @ts-expect-error super-properties are flat
client.register({ deep: { a: 1 } });
// @ts-expect-error no such vote
client.trackVote(1, "sideways", 7);
// @ts-expect-error a listener is an id
client.trackPlay(1, { id: 7 });
// @ts-expect-error metadata is flat
client.track({ type: "x", metadata: { deep: { a: 1 } } });
// @ts-expect-error no such option
client.configureAnalytics({ batchSize: 5 });
// @ts-expect-error stats are read, not set
client.stats = stats;
// @ts-expect-error no such reason
stats.droppedBy.bored;
