/** A clock that moves only when told: monotonic milliseconds from 0, wall seconds from `wall`. */
export class VirtualClock {
  #now = 0;
  #timers = new Set();

  constructor(wall = 1_800_000_000) {
    this.start = wall;
  }

  wall() {
    return this.start + this.#now / 1000;
  }

  monotonic() {
    return this.#now;
  }

  after(milliseconds, callback, hold = false) {
    const timer = { due: this.#now + Math.max(0, milliseconds), callback, hold };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** When the next timer is due, in milliseconds; Infinity if there is none. */
  get nextDue() {
    return Math.min(...Array.from(this.#timers, (timer) => timer.due));
  }

  get pending() {
    return [...this.#timers];
  }

  /** Moves to `time` without passing a timer, and fires what is due there. */
  moveTo(time) {
    if (time > this.nextDue) throw new Error("that would pass a timer");
    this.#now = time;
    for (const timer of [...this.#timers]) {
      if (timer.due <= time && this.#timers.delete(timer)) timer.callback();
    }
  }

  /** Moves by `seconds`, stopping at each timer on the way; `settle` is awaited after each stop. */
  async advance(seconds, settle) {
    const target = this.#now + seconds * 1000;
    await settle();
    while (this.nextDue <= target) {
      this.moveTo(this.nextDue);
      await settle();
    }
    this.moveTo(target);
    await settle();
  }
}
