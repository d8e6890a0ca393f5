import { type BeforeSend, guarded } from "./before-send.js";
import { systemClock } from "./clock.js";
import { Delivery, type Parts } from "./delivery.js";
import { type Id, type Metadata, type TrackEvent, toTrackEvent, type WireEvent } from "./event.js";
import { Ledger, type Stats } from "./ledger.js";
import { Log } from "./log.js";
import {
  type AnalyticsOptions,
  type ClientOptions,
  checked,
  checkKey,
  DEFAULT_SETTINGS,
  DEFAULT_TIMEOUT_MS,
  eventsUrl,
  withOptions,
} from "./options.js";
import type { Platform } from "./platform.js";
import { Player, type PlayerOptions } from "./player.js";
import { EventQueue } from "./queue.js";
import { finite, read, sanitize, scalars } from "./sanitize.js";
import { nowhere } from "./transport.js";

/** Names of the wire that are others here: whoever knows the wire may write them. */
const WIRE_NAMES = [
  ["asset_id", "assetId"],
  ["player_id", "playerId"],
] as const;

/** How long `flush` and `close` may take. */
export interface Deadline {
  /** Milliseconds. Default 10,000. */
  timeoutMs?: number | undefined;
}

/**
 * Collects events and sends them in batches.
 *
 * The way of an event: `track` → sanitize → beforeSend → queue → batch → delivery → verdict → ledger. `track…` never blocks
 * and does no I/O; nothing but the constructor throws, and no promise rejects.
 */
export class Client {
  readonly #parts: Parts;
  readonly #delivery: Delivery;
  readonly #players = new Set<Player>();
  readonly #beforeSend: ReturnType<typeof guarded> | undefined;
  #superProperties: Metadata | undefined;
  #enabled: boolean;
  #unwatch: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  /** What had been accepted when the end of the process was last put off. */
  #acceptedAtEnd: number | undefined;

  /** Throws TypeError for what cannot work: a key, an endpoint, a switch or a hook. Numbers are brought within their bounds. */
  constructor(options: ClientOptions, platform: Platform) {
    const { apiKey, endpoint, universeId, placeId, logger, transport, rng } = options;
    const clock = options.clock ?? systemClock;
    const key = checkKey(apiKey);
    const log = new Log(
      logger ?? ((line) => console.warn(line)),
      clock,
      key,
      checked(options, "debug", "boolean", false),
    );
    const beforeSend = checked<BeforeSend | undefined>(options, "beforeSend", "function", undefined);
    this.#beforeSend = beforeSend && guarded(beforeSend, log);
    this.#enabled = checked(options, "enabled", "boolean", true);
    this.#parts = {
      queue: new EventQueue(platform.uuid),
      ledger: new Ledger(options, clock, log),
      log,
      clock,
      rng: rng ?? Math.random,
      transport: checked(options, "dryRun", "boolean", false) ? nowhere : (transport ?? platform.fetch),
      platform,
      url: eventsUrl(endpoint),
      headers: {
        "x-api-key": key,
        "Content-Type": "application/json",
        ...(universeId && { "X-Universe-Id": `${universeId}` }),
        ...(placeId && { "X-Place-Id": `${placeId}` }),
      },
      gzip: checked(options, "gzip", "boolean", true),
      settings: DEFAULT_SETTINGS,
    };
    this.#delivery = new Delivery(this.#parts, () => this.#watch());
    if (options.superProperties) this.register(options.superProperties);
    this.configureAnalytics(options);
  }

  /** Changes what is given. A smaller queue loses its oldest events at once. */
  configureAnalytics(options: AnalyticsOptions): void {
    const { ledger, log, queue, settings } = this.#parts;
    this.#parts.settings = withOptions(settings, options, log);
    ledger.drop(queue.evict(this.#parts.settings.maxQueueSize), "queue_full");
    this.#delivery.arrange();
  }

  /** A track starts. `duration`: its whole length in seconds. */
  trackPlay(assetId: Id, playerId?: Id, duration?: number): void {
    this.track({ type: "play", assetId, playerId, duration });
  }

  /** A track ended by itself, or its listener left. `listened`: seconds heard. */
  trackStop(assetId: Id, playerId?: Id, listened?: number): void {
    this.track({ type: "stop", assetId, playerId, duration: listened });
  }

  /** The listener chose to skip a track: a negative signal. `listened`: seconds heard. */
  trackSkip(assetId: Id, playerId?: Id, listened?: number): void {
    this.track({ type: "skip", assetId, playerId, duration: listened });
  }

  /** Mind the order: the vote comes before the player. */
  trackVote(assetId: Id, value: "up" | "down", playerId?: Id): void {
    this.track({ type: "vote", assetId, playerId, value });
  }

  trackFavorite(assetId: Id, playerId?: Id): void {
    this.track({ type: "favorite", assetId, playerId });
  }

  trackUnfavorite(assetId: Id, playerId?: Id): void {
    this.track({ type: "unfavorite", assetId, playerId });
  }

  trackAddToQueue(assetId: Id, playerId?: Id): void {
    this.track({ type: "add_to_queue", assetId, playerId });
  }

  /** A search result was chosen. `rank`: its place, 1 at the top. */
  trackSearchClick(assetId: Id, playerId: Id | undefined, query: string, rank: number): void {
    this.track({ type: "search_click", assetId, playerId, metadata: { query, rank } });
  }

  /** Any event, custom types included. */
  track(event: TrackEvent): void {
    if (!this.#enabled) return;
    const { ledger, log, queue } = this.#parts;
    ledger.tracked++;
    if (this.#closing) {
      log.warn("closed", "events dropped (closed): they were tracked after close");
      ledger.drop([event], "closed");
      return;
    }
    const wire = this.#prepare(event);
    if (wire === undefined) return;
    log.debug(() => `track ${wire}`);
    const lost = queue.add(wire, this.#parts.settings.maxQueueSize);
    if (lost.length) log.warn("queue_full", "the queue is full: the oldest events are dropped");
    ledger.drop(lost, "queue_full");
    this.#delivery.arrange();
    this.#watch();
  }

  /** Metadata for every event from now on; what an event itself says wins, and the limit of 10 keys holds for both together. */
  register(superProperties: Metadata): void {
    const { log } = this.#parts;
    const unusable: string[] = [];
    const usable = scalars(superProperties, unusable);
    if (unusable.length) {
      log.warn(
        "register",
        `super-properties must be strings, finite numbers or booleans; left out: ${log.quote(`${unusable}`)}`,
      );
    }
    this.#superProperties = Object.assign(Object.create(null), this.#superProperties, usable);
  }

  /** Takes back one name given to `register`. */
  unregister(name: string): void {
    const others = Object.entries(this.#superProperties ?? {}).filter(([key]) => key !== name);
    this.#superProperties = Object.fromEntries(others);
  }

  /** Whether `track…` does anything. What waits already is sent in any case. */
  setEnabled(enabled: boolean): void {
    this.#enabled = !!enabled;
  }

  /** Plays tracks on an audio element and tracks what the listener hears of them. */
  createPlayer(options: PlayerOptions): Player {
    const { clock, log } = this.#parts;
    const player = new Player(options, {
      clock,
      log,
      track: (event) => this.track(event),
      onDestroy: () => {
        this.#players.delete(player);
        this.#watch();
      },
    });
    this.#players.add(player);
    this.#watch();
    return player;
  }

  /**
   * Sends what was tracked so far. Resolves to true when all of it is settled (accepted, rejected or dropped), to false when a
   * batch failed, time ran out, or the server asked to wait (`Retry-After`).
   */
  flush(deadline?: Deadline): Promise<boolean> {
    return this.#delivery.flush(milliseconds(deadline));
  }

  /**
   * Ends all players, sends what waits in up to three attempts, and resolves by the deadline at the latest. What is left then is
   * dropped. Calling it again changes nothing.
   */
  close(deadline?: Deadline): Promise<void> {
    if (!this.#closing) {
      for (const player of this.#players) player.destroy();
      this.#closing = this.#delivery.shutDown(milliseconds(deadline));
    }
    return this.#closing;
  }

  get stats(): Stats {
    return this.#parts.ledger.stats(this.#parts.queue.size);
  }

  /** The wire form of an event; undefined if it was refused or dropped, which is booked and told. */
  #prepare(event: TrackEvent): WireEvent | undefined {
    const { clock, ledger, log } = this.#parts;
    for (const [wrong, right] of WIRE_NAMES) {
      if (read(event, wrong) !== undefined)
        log.warn(wrong, `track ignores ${wrong}: here it is called ${right}`, Infinity);
    }
    const now = clock.wall();
    let passed = event;
    let wire = sanitize(event, now, this.#superProperties);
    if (this.#beforeSend && typeof wire === "string") {
      const kept = this.#beforeSend(toTrackEvent(wire));
      if (!kept) {
        ledger.drop([wire], "before_send");
        return undefined;
      }
      passed = kept;
      wire = sanitize(kept, now);
    }
    if (typeof wire === "string") return wire;
    log.refusal(wire.refusal, `an event was rejected at track: ${wire.refusal}`);
    ledger.refuse(passed, wire.refusal);
    return undefined;
  }

  /** Watches for the end of the page or process only while there is something to lose: an idle client can be collected. */
  #watch(): void {
    const { ledger, platform, queue } = this.#parts;
    if (!queue.size && !this.#players.size) {
      this.#unwatch?.();
      this.#unwatch = undefined;
    } else {
      this.#unwatch ??= platform.watch({
        hide: (leaving) => {
          if (leaving) for (const player of this.#players) player.leave();
          this.#delivery.hide(leaving);
        },
        online: () => void this.flush(),
        drain: async () => {
          if (!queue.size) return true;
          // Node asks again and again, for instance because a callback tracks what was lost. What keeps failing is not tried again.
          if (ledger.accepted === this.#acceptedAtEnd) return false;
          this.#acceptedAtEnd = ledger.accepted;
          return this.#delivery.drain(DEFAULT_TIMEOUT_MS);
        },
        giveUp: () => this.#delivery.giveUp(),
      });
    }
  }
}

function milliseconds(deadline: Deadline | undefined): number {
  return finite(read(deadline, "timeoutMs")) ?? DEFAULT_TIMEOUT_MS;
}
