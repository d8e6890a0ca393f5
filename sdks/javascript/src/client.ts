import { systemClock } from "./clock.js";
import { Delivery, type Parts } from "./delivery.js";
import type { Id, TrackEvent } from "./event.js";
import { Ledger, type Stats } from "./ledger.js";
import { Log } from "./log.js";
import {
  type AnalyticsOptions,
  type AudioScapeOptions,
  checkKey,
  DEFAULT_ENDPOINT,
  DEFAULT_SETTINGS,
  DEFAULT_TIMEOUT_MS,
  eventsUrl,
  withOptions,
} from "./options.js";
import type { Platform } from "./platform.js";
import { Player, type PlayerOptions } from "./player.js";
import { EventQueue } from "./queue.js";
import { finite, read, sanitize } from "./sanitize.js";

/** How long `flush` and `close` may take. */
export interface Deadline {
  /** Milliseconds. Default 10,000. */
  timeoutMs?: number | undefined;
}

/**
 * Collects events and sends them in batches.
 *
 * The way of an event: `track` → sanitize → queue → batch → delivery → verdict → ledger. `track…` never blocks and does no
 * I/O; nothing but the constructor throws, and no promise rejects.
 */
export class Client {
  readonly #parts: Parts;
  readonly #delivery: Delivery;
  readonly #players = new Set<Player>();
  #unwatch: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #drained = 0;

  /** Throws TypeError for a key or an endpoint that cannot work; other options are brought within their bounds. */
  constructor(options: AudioScapeOptions, platform: Platform) {
    const { apiKey, endpoint, gzip, universeId, placeId, logger, transport, rng } = options;
    const clock = options.clock ?? systemClock;
    const log = new Log(logger ?? ((message) => console.warn(message)), clock);
    this.#parts = {
      queue: new EventQueue(platform.uuid),
      ledger: new Ledger(options, clock, log),
      log,
      clock,
      rng: rng ?? Math.random,
      transport: transport ?? platform.fetch,
      platform,
      url: eventsUrl(endpoint ?? DEFAULT_ENDPOINT),
      headers: {
        "x-api-key": checkKey(apiKey),
        "Content-Type": "application/json",
        ...(universeId && { "X-Universe-Id": `${universeId}` }),
        ...(placeId && { "X-Place-Id": `${placeId}` }),
      },
      gzip: gzip ?? true,
      settings: DEFAULT_SETTINGS,
    };
    this.#delivery = new Delivery(this.#parts, () => this.#watch());
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
    const { clock, ledger, log, queue, settings } = this.#parts;
    ledger.tracked++;
    if (this.#closing) {
      ledger.drop([event], "closed");
      return;
    }
    const wire = sanitize(event, clock.wall());
    if (typeof wire === "object") {
      ledger.refuse(event, wire.refusal);
      return;
    }
    const lost = queue.add(wire, settings.maxQueueSize);
    if (lost.length) log.warn("queue_full", "the queue is full: the oldest events are dropped");
    ledger.drop(lost, "queue_full");
    this.#delivery.arrange();
    this.#watch();
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

  /** Watches for the end of the page or process only while there is something to lose: an idle client can be collected. */
  #watch(): void {
    const { platform, queue } = this.#parts;
    if (!queue.size && !this.#players.size) {
      this.#unwatch?.();
      this.#unwatch = undefined;
    } else {
      this.#unwatch ??= platform.watch({
        hide: (leaving) => {
          if (leaving) for (const player of this.#players) player.leave();
          this.#delivery.hide(leaving);
        },
        drain: async () => {
          // Node asks again and again while it ends. What could not be sent is tried once, or it would never end.
          if (this.#drained === queue.end) return;
          this.#drained = queue.end;
          await this.#delivery.drain(DEFAULT_TIMEOUT_MS);
        },
      });
    }
  }
}

function milliseconds(deadline: Deadline | undefined): number {
  return finite(read(deadline, "timeoutMs")) ?? DEFAULT_TIMEOUT_MS;
}
