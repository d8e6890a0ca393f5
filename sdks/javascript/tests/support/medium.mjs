/** An audio element whose sound is the clock's time: fires the events a browser fires, in its order. */
export class FakeMedium extends EventTarget {
  paused = true;
  ended = false;
  seeking = false;
  loop = false;
  readyState = 0;
  duration = Number.NaN;
  #src = "";
  #rate = 1;
  #position = 0;
  #since;
  #clock;

  constructor(clock) {
    super();
    this.#clock = clock;
  }

  get src() {
    return this.#src;
  }

  set src(src) {
    const had = this.#src;
    this.#src = src;
    this.#stop();
    this.#position = 0;
    this.ended = false;
    this.readyState = 0;
    this.duration = Number.NaN;
    if (had) this.#fire("emptied");
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#stop();
    this.#rate = rate;
    this.#go();
    this.#fire("ratechange");
  }

  get currentTime() {
    const sounded = this.#since === undefined ? 0 : this.#clock.monotonic() - this.#since;
    return this.#position + (sounded / 1000) * this.#rate;
  }

  set currentTime(seconds) {
    this.#stop();
    this.#position = seconds;
    this.ended = false;
    this.seeking = true;
    this.#fire("seeking");
    this.seeking = false;
    this.#go();
    this.#fire("seeked");
  }

  async play() {
    if (!this.paused) return;
    this.paused = false;
    this.#fire("play");
    if (this.readyState >= 3) {
      this.#go();
      this.#fire("playing");
    }
  }

  pause() {
    if (this.paused) return;
    this.#stop();
    this.paused = true;
    this.#fire("pause");
  }

  /** Enough has been loaded. */
  started(duration = Number.NaN) {
    this.duration = duration;
    this.readyState = 4;
    if (this.paused) return;
    this.#go();
    this.#fire("playing");
  }

  stalled() {
    this.#stop();
    this.readyState = 2;
    this.#fire("waiting");
  }

  ends() {
    this.#stop();
    this.ended = true;
    this.#fire("timeupdate");
    this.paused = true;
    this.#fire("pause");
    this.#fire("ended");
  }

  loops() {
    this.loop = true;
    this.currentTime = 0;
  }

  fails() {
    this.#stop();
    this.readyState = 0;
    this.#fire("error");
  }

  tick() {
    this.#fire("timeupdate");
  }

  #go() {
    if (!this.paused && this.readyState >= 3 && this.#rate) this.#since = this.#clock.monotonic();
  }

  #stop() {
    this.#position = this.currentTime;
    this.#since = undefined;
  }

  #fire(type) {
    this.dispatchEvent(new Event(type));
  }
}
