/**
 * Keeps the learner's state and brings it to the LMS: at once, soon, again after a refusal, and at the end.
 */

import { decode } from "./codec.js";
import { keep, pageAt, progress } from "./completion.js";
import { fit } from "./fit.js";

/** @typedef {import("./types.js").Adapter} Adapter */
/** @typedef {import("./types.js").Interaction} Interaction */
/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").State} State */
/** @typedef {{refused(retry: () => void): void, accepted(): void, overflow(): void}} Listener what the learner is told */
/** @typedef {{now(): number, later(work: () => void, milliseconds: number): unknown, cancel(timer: unknown): void}} Clock */

const SOON = 2_000;
/** Waiting times after a refused commit, and the one that repeats after them. */
const RETRIES = [5_000, 15_000];
const LATER = 60_000;

/** @type {Clock} */
export const clock = {
  now: () => Date.now(),
  later: (work, milliseconds) => setTimeout(work, milliseconds),
  cancel: (timer) => clearTimeout(/** @type {ReturnType<typeof setTimeout>} */ (timer)),
};

export class Tracker {
  #adapter;
  #clock;
  #listener;
  #closed = false;
  #dirty = false;
  #failures = 0;
  #started;
  /** @type {unknown} */
  #timer = null;

  /**
   * @param {Module} module
   * @param {Adapter} adapter
   * @param {{listener: Listener, seed: number, clock?: Clock}} options
   */
  constructor(module, adapter, options) {
    this.module = module;
    this.#adapter = adapter;
    this.#listener = options.listener;
    this.#clock = options.clock ?? clock;
    this.#started = this.#clock.now();
    const opened = adapter.open();
    this.mode = opened.mode;
    /** @type {State} */
    this.state = decode(opened.state, options.seed);
    adapter.assume({ ...this.#snapshot(), state: opened.state });
    this.state.status = keep(this.state.status, opened.status);
    adapter.listen?.((accepted) => {
      if (!accepted) return this.refused();
      this.#stopTimer();
      this.#dirty = false;
      this.#accepted();
    });
  }

  /** Only in normal mode anything is written: Moodle does not protect a finished attempt by itself. */
  get writes() {
    return this.mode === "normal";
  }

  /**
   * The state has changed: save it now, or soon, together with what follows.
   * @param {{soon?: boolean}} [options]
   */
  changed({ soon = false } = {}) {
    Object.assign(this.state, progress(this.module, this.state));
    if (!this.writes) return;
    this.#dirty = true;
    this.#closed = false;
    if (!soon) this.save();
    else this.#timer ??= this.#clock.later(() => this.save(), SOON);
  }

  /** @param {Interaction | null} interaction */
  report(interaction) {
    if (!interaction || !this.writes) return;
    if (this.#adapter.record(interaction, this.state.journal)) this.state.journal += 1;
  }

  /**
   * @param {number | null} [seconds] session time, where it is worth writing
   * @returns {boolean} false where the LMS refused
   */
  save(seconds = null) {
    this.#stopTimer();
    if (!this.writes) return true;
    const done = this.#adapter.save(this.#snapshot(), seconds);
    this.#dirty = !done;
    if (done) this.#accepted();
    else this.refused();
    return done;
  }

  /** The page goes out of sight, perhaps for good. Browsers say so once more after `pagehide`: then it is too late. */
  hide() {
    if (this.#dirty && !this.#closed) this.save(this.#seconds());
  }

  /**
   * The page is left, or the learner says that it will be.
   * @param {boolean} [leaving]
   */
  close(leaving = true) {
    this.#stopTimer();
    const done = this.#adapter.close(this.writes ? this.#snapshot() : null, this.#seconds(), leaving);
    this.#closed = done || leaving;
    this.#dirty = this.writes && !done;
    // What was taken now makes the next refusal the first one, of which the learner is told.
    if (done) this.#failures = 0;
    if (this.#closed) this.#started = this.#clock.now();
    return done;
  }

  /** The page is seen again: other documents of the module may have gone on in between. */
  refresh() {
    const text = this.#adapter.refresh();
    if (text && !this.#dirty) Object.assign(this.state, decode(text, this.state.seed));
  }

  /** @returns {Snapshot} */
  #snapshot() {
    const { status, score, place } = this.state;
    const location = pageAt(this.module, place)?.id ?? "";
    return { state: this.#fitted(), status, score: score === null ? null : score / 100, location };
  }

  #fitted() {
    const { text, lost } = fit(this.state, this.#adapter.limit);
    if (!lost || this.state.told) return text;
    this.state.told = true;
    this.#listener.overflow();
    return fit(this.state, this.#adapter.limit).text;
  }

  #accepted() {
    if (this.#failures) this.#listener.accepted();
    this.#failures = 0;
  }

  refused() {
    const wait = RETRIES[this.#failures] ?? LATER;
    if (!this.#failures) this.#listener.refused(() => this.save());
    this.#failures += 1;
    this.#timer = this.#clock.later(() => this.save(), wait);
  }

  #stopTimer() {
    if (this.#timer !== null) this.#clock.cancel(this.#timer);
    this.#timer = null;
  }

  #seconds() {
    return (this.#clock.now() - this.#started) / 1000;
  }
}
