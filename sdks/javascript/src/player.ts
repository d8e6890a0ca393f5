import type { Clock } from "./clock.js";
import type { Id, TrackEvent } from "./event.js";
import type { Log } from "./log.js";
import { read } from "./sanitize.js";

/** The part of `HTMLMediaElement` a player uses. */
export interface MediaElement {
  src: string;
  currentTime: number;
  readonly duration: number;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly loop: boolean;
  readonly seeking: boolean;
  readonly playbackRate: number;
  readonly readyState: number;
  play(): Promise<void> | void;
  pause(): void;
  addEventListener(type: string, listener: (event: { type: string }) => void): void;
  removeEventListener(type: string, listener: (event: { type: string }) => void): void;
}

export interface PlayerOptions {
  /** Your own id of the listener. */
  playerId?: Id | undefined;
  audio: MediaElement;
}

export interface Track {
  assetId: Id;
  /** Where the sound is. Leave it out if the page sets the element's `src` itself, before `play()`. */
  src?: string | undefined;
  /** Whole length in seconds; by default what the element knows. */
  duration?: number | undefined;
}

/** What a player needs of its client. */
export interface PlayerHost {
  readonly clock: Clock;
  readonly log: Log;
  track(event: TrackEvent): void;
  onDestroy(): void;
}

/** One listening to one track, from loading to its end. */
interface Session {
  readonly track: Track;
  /** A `play` was tracked, so exactly one `stop` or `skip` is owed. */
  sounding?: boolean;
  /** It is over; the element still holds its track, and sounds it again if somebody presses play there. */
  over?: boolean;
  /** Milliseconds heard before `since`. */
  listened: number;
  /** Since when it has been heard without a break, on the monotonic clock. */
  since?: number | undefined;
}

/** Every media event after which the answer to "is it heard now?" may differ. */
const MEDIA_EVENTS = [
  "playing",
  "pause",
  "waiting",
  "seeking",
  "seeked",
  "ratechange",
  "timeupdate",
  "ended",
  "error",
  "emptied",
];

const HAVE_FUTURE_DATA = 3;
/** How near to its start and end, in seconds, an element may tell of its wrapping around. */
const LOOP_TOLERANCE = 0.5;

/**
 * A queue of tracks on one audio element, which tracks what the listener hears.
 *
 * It listens to the element rather than to its own methods, so the element's own controls count too. Per track: `play` when it
 * first sounds, then exactly one `stop` (it ended, failed midway, or the listener left) or `skip`. A track that never sounded
 * tracks nothing.
 *
 * Seconds listened are measured by the clock while the element sounds: pauses, stalls and seeks do not count, and half an hour
 * at double speed is half an hour. After every media event the measuring stops, and goes on if the element sounds: so no
 * missed event can leave it running.
 */
export class Player {
  readonly #playerId: Id | undefined;
  readonly #host: PlayerHost;
  readonly #audio: MediaElement;
  readonly #upNext: Track[] = [];
  #session: Session | undefined;
  /** From then on the element belongs to somebody else and is not touched. */
  #destroyed = false;
  /** Where the element should be at a moment if it has sounded since the last event, to tell a loop from a seek. */
  #expected = (_now: number): number => 0;

  constructor(options: PlayerOptions, host: PlayerHost) {
    this.#playerId = read(options, "playerId") as Id | undefined;
    this.#audio = read(options, "audio") as MediaElement;
    this.#host = host;
    this.#quietly(() => {
      for (const type of MEDIA_EVENTS) this.#audio.addEventListener(type, this.#listener);
    });
  }

  /** Appends tracks; `play()` starts them. */
  queue(tracks: Track | readonly Track[]): void {
    this.#upNext.push(...[tracks].flat());
  }

  /** Starts the next track, or goes on with the current one. */
  play(): void {
    if (this.#upNext.length && (!this.#session || this.#session.over)) this.#next();
    else this.resume();
  }

  pause(): void {
    this.#quietly(() => this.#audio.pause());
  }

  /** Browsers refuse to start sound before the user did something on the page; that is logged, and a later call helps. */
  resume(): void {
    this.#quietly(() => this.#audio.play());
  }

  /** Ends the current track by the listener's choice and starts the next. */
  skip(): void {
    this.#end("skip");
    this.#next();
  }

  /** Ends the current track. The queue is kept; `play()` goes on with the next track. */
  stop(): void {
    this.#end("stop");
    this.pause();
  }

  /** `stop()`, and the element is let go. */
  destroy(): void {
    this.stop();
    this.#quietly(() => {
      for (const type of MEDIA_EVENTS) this.#audio.removeEventListener(type, this.#listener);
    });
    this.#destroyed = true;
    this.#host.onDestroy();
  }

  /** The page is being left: what was heard is told now. If it comes back and sounds, that is heard anew. @internal */
  leave(): void {
    this.#end("stop");
  }

  readonly #listener = ({ type }: { type: string }): void => {
    const session = this.#session;
    if (!session) return;
    const audio = this.#audio;
    const now = this.#host.clock.monotonic();
    this.#hold();
    // A looping element tells of its return to the start only as a seek: one from the very end.
    if (type === "seeking" && this.#wrappedAround(now)) this.#end("stop");
    // The page put something else on the element. Our own change of `src` finds a session that still loads.
    if (type === "emptied" && (session.sounding || session.over)) {
      this.#end("stop");
      this.#session = undefined;
    } else if ((type === "ended" && audio.ended && session.sounding) || (type === "error" && !session.over)) {
      // `audio.ended` is checked because the event of the track before may arrive after the next one was set.
      this.#end("stop");
      this.#next();
    } else {
      this.#listen(type);
    }
    const { currentTime } = audio;
    const rate = this.#session?.since === undefined ? 0 : audio.playbackRate;
    this.#expected = (then) => currentTime + ((then - now) / 1000) * rate;
  };

  #next(): void {
    const track = this.#upNext.shift();
    if (!track) {
      this.pause();
      return;
    }
    this.#session = { track, listened: 0 };
    this.#quietly(() => {
      if (track.src !== undefined) this.#audio.src = track.src;
      return this.#audio.play();
    });
  }

  /** If the element sounds, the clock runs from here, and a session that has not begun, or is over, begins. */
  #listen(type: string): void {
    const { paused, ended, seeking, readyState, playbackRate, duration } = this.#audio;
    if (paused || ended || seeking || readyState < HAVE_FUTURE_DATA || !playbackRate) return;
    const { track, sounding } = this.#session!;
    if (!sounding) {
      // A page that is left sounds a moment longer, before the browser freezes it: no new session begins there.
      if (type === "timeupdate") return;
      this.#session = { track, sounding: true, listened: 0 };
      this.#tell("play", track, track.duration ?? duration);
    }
    this.#session!.since = this.#host.clock.monotonic();
  }

  /** The clock stops here. */
  #hold(): void {
    const session = this.#session;
    if (session?.since === undefined) return;
    session.listened += this.#host.clock.monotonic() - session.since;
    session.since = undefined;
  }

  #end(type: "stop" | "skip"): void {
    const session = this.#session;
    if (!session) return;
    this.#hold();
    if (session.sounding) this.#tell(type, session.track, Math.round(session.listened) / 1000);
    session.sounding = false;
    session.over = true;
  }

  #wrappedAround(now: number): boolean {
    const { loop, currentTime, duration } = this.#audio;
    return loop && currentTime < LOOP_TOLERANCE && duration - this.#expected(now) < LOOP_TOLERANCE;
  }

  /** A length that is not known (a stream's is infinite) is left out on the way. */
  #tell(type: "play" | "stop" | "skip", { assetId }: Track, duration: number): void {
    this.#host.track({ type, assetId, playerId: this.#playerId, duration });
  }

  /** Elements throw, and their promises reject, for reasons of the page; the host is not disturbed. */
  #quietly(act: () => unknown): void {
    if (this.#destroyed) return;
    const failed = (error: unknown): void => {
      // That another track took the place of one that was loading is no fault.
      if (read(error, "name") !== "AbortError") this.#host.log.warn("element", "the audio element refused");
    };
    try {
      Promise.resolve(act()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
