/**
 * An attempt in progress: its exercises, answers and times, as the learner's state keeps them.
 */

import { newSeed } from "../../../content/widgets/static/random.js";
import { toCodes, toResponse } from "./answers.js";
import { attemptsLeft, drawnEntries, newRun, outcomeOf, scoreOf } from "./assessment.js";
import { interactionOf } from "./interactions.js";

/** @typedef {import("./types.js").AssessmentEntry} AssessmentEntry */
/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Test} Test */
/** @typedef {import("./tracker.js").Tracker} Tracker */
/** @typedef {import("./units.js").Units} Units */
/** @typedef {import("./assessment.js").Drawn} Drawn */
/** @typedef {import("../../../content/widgets/static/types.js").Response} Response */

export class Attempt {
  #tracker;
  #units;
  #since = Date.now();
  /** @type {Map<number, number>} exercise number -> seconds it was shown */
  #seconds = new Map();

  /**
   * @param {AssessmentEntry} assessment
   * @param {Tracker} tracker
   * @param {Units} units
   */
  constructor(assessment, tracker, units) {
    this.assessment = assessment;
    this.#tracker = tracker;
    this.#units = units;
  }

  /** @returns {Test} */
  get test() {
    const { tests } = this.#tracker.state;
    const test = tests.get(this.assessment.number) ?? { scores: [], run: null };
    tests.set(this.assessment.number, test);
    return test;
  }

  /** @returns {Run} only asked for while there is one */
  get run() {
    return /** @type {Run} */ (this.test.run);
  }

  /** There is something to go on with: an update may have taken away every exercise of an attempt. */
  get open() {
    const { run } = this.test;
    return run !== null && !run.submitted && drawnEntries(run, this.#tracker.module.exercises).length > 0;
  }

  get left() {
    return attemptsLeft(this.assessment, this.test);
  }

  /** One may start or go on: never in a review. */
  get playable() {
    return this.left > 0 && this.#tracker.mode !== "review";
  }

  start() {
    this.test.run = newRun(this.assessment, this.#tracker.module.exercises, newSeed());
    this.#seconds.clear();
  }

  /** @returns {Drawn[]} the attempt's exercises that the pool still holds */
  drawn() {
    return drawnEntries(this.run, this.#tracker.module.exercises).flatMap((entry) => {
      const data = this.#units.exercise(entry.id);
      return data ? [{ entry, data }] : [];
    });
  }

  /** The clock of the exercise that is shown from now on. */
  look() {
    this.#since = Date.now();
  }

  /** @param {Drawn} drawn */
  leave({ entry }) {
    this.#seconds.set(entry.number, (this.#seconds.get(entry.number) ?? 0) + (Date.now() - this.#since) / 1000);
    this.look();
  }

  /** @param {Drawn} drawn */
  response({ entry, data }) {
    return toResponse(data, this.run.items.get(entry.number)?.codes ?? []);
  }

  /** @param {Drawn} drawn */
  isChecked({ entry }) {
    return this.run.items.get(entry.number)?.checked ?? false;
  }

  /**
   * @param {Drawn} drawn
   * @param {Response} response
   * @param {boolean} checked
   */
  store({ entry, data }, response, checked) {
    this.run.items.set(entry.number, { checked, codes: toCodes(data, response) });
    if (checked) this.#report({ entry, data });
  }

  submit() {
    const drawn = this.drawn();
    // What was checked on the way is reported already.
    for (const item of drawn) if (!this.isChecked(item)) this.#report(item);
    this.run.submitted = true;
    this.test.scores.push(scoreOf(this.run, drawn, this.#tracker.module.language));
  }

  /** @param {Drawn} drawn */
  #report({ entry, data }) {
    const { language } = this.#tracker.module;
    this.#tracker.report(interactionOf(data, {
      id: `${this.assessment.id}.${this.test.scores.length + 1}.${entry.id}`,
      response: this.response({ entry, data }),
      outcome: outcomeOf(this.run, { entry, data }, language),
      seconds: this.#seconds.get(entry.number) ?? 0, when: new Date(), language,
    }));
  }
}
