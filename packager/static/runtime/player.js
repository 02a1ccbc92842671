/**
 * Plays an assessment: start, one exercise after the other, overview, submission, result, further attempts, resume.
 */

import { blank, Exercise } from "../../../content/widgets/static/exercise.js";
import { isAnswered } from "../../../content/widgets/static/response.js";
import { newSeed } from "../../../content/widgets/static/random.js";
import { element, focus, fragment } from "../../../content/widgets/static/dom.js";
import { toCodes, toResponse } from "./answers.js";
import { attemptsLeft, drawnEntries, newRun, outcomeOf, scoreOf } from "./assessment.js";
import { interactionOf } from "./interactions.js";
import { introduction, overview, result, step } from "./player-view.js";
import { titleOf } from "./page.js";

/** @typedef {import("./types.js").AssessmentEntry} AssessmentEntry */
/** @typedef {import("./types.js").ExerciseEntry} ExerciseEntry */
/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Test} Test */
/** @typedef {import("./notices.js").Notices} Notices */
/** @typedef {import("./page.js").Runtime & {notices: Notices, refresh: () => void}} Runtime */
/** @typedef {import("../../../content/widgets/static/types.js").ExerciseData} ExerciseData */
/** @typedef {import("../../../content/widgets/static/types.js").WidgetContext} WidgetContext */
/** @typedef {{entry: ExerciseEntry, data: ExerciseData}} Drawn */

/**
 * @param {ParentNode} root
 * @param {Runtime} runtime
 */
export function activateAssessments(root, runtime) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-assessment]"))) {
    const assessment = runtime.tracker.module.assessments.find(({ id }) => id === place.dataset["assessment"]);
    if (assessment) new Player(place, assessment, runtime).begin();
  }
}

class Player {
  /**
   * @param {HTMLElement} place
   * @param {AssessmentEntry} assessment
   * @param {Runtime} runtime
   */
  constructor(place, assessment, runtime) {
    this.place = element("div", { class: "assessment-player" });
    place.append(this.place);
    this.assessment = assessment;
    this.runtime = runtime;
    this.language = runtime.tracker.module.language;
    this.since = Date.now();
    /** @type {Map<number, number>} exercise number -> seconds it was shown */
    this.seconds = new Map();
  }

  /** @returns {Test} */
  get test() {
    const { tests } = this.runtime.tracker.state;
    const test = tests.get(this.assessment.number) ?? { scores: [], run: null };
    tests.set(this.assessment.number, test);
    return test;
  }

  /** @returns {Run} the attempt; only used while there is one */
  get run() {
    return /** @type {Run} */ (this.test.run);
  }

  begin() {
    const { run } = this.test;
    const left = this.runtime.tracker.mode === "review" ? 0 : attemptsLeft(this.assessment, this.test);
    const open = run !== null && !run.submitted;
    this.place.replaceChildren(...introduction(this.assessment, this.test, left, this.runtime.translate, {
      start: left > 0 && !open ? () => this.enter(() => this.startRun()) : null,
      resume: open && this.runtime.tracker.mode !== "review" ? () => this.enter(() => this.showStep(this.run.position)) : null,
      review: run?.submitted ? () => this.enter(() => this.showResult()) : null,
    }));
  }

  /**
   * Whatever comes next needs the pool.
   * @param {() => void} next
   */
  async enter(next) {
    const { units, notices, translate } = this.runtime;
    try {
      await units.load(this.assessment.id);
      notices.remove("pool");
      next();
    } catch {
      notices.show("pool", translate("js.page.failed"), { kind: "warning",
        action: { label: translate("js.retry"), run: () => void this.enter(next) } });
    }
  }

  startRun() {
    const { tracker } = this.runtime;
    this.test.run = newRun(this.assessment, tracker.module.exercises, newSeed());
    this.seconds.clear();
    tracker.changed();
    this.showStep(0);
  }

  /** @returns {Drawn[]} the attempt's exercises that the pool still holds */
  drawn() {
    const entries = drawnEntries(this.run, this.runtime.tracker.module.exercises);
    return entries.flatMap((entry) => {
      const data = this.runtime.units.exercise(entry.id);
      return data ? [{ entry, data }] : [];
    });
  }

  /** @param {number} position */
  showStep(position) {
    const drawn = this.drawn();
    const index = Math.max(0, Math.min(position, drawn.length - 1));
    const current = drawn[index];
    if (!current) return;
    this.run.position = index;
    this.since = Date.now();
    const exercise = this.exercise(current, "test");
    const immediate = this.assessment.feedback === "after-each";
    const parts = step(exercise.form, index, drawn.length, this.runtime.translate, {
      check: immediate && !this.isChecked(current) ? () => this.checkStep(current, exercise) : null,
      back: index > 0 ? () => this.leaveStep(current, () => this.showStep(index - 1)) : null,
      next: () => this.leaveStep(current, () => (index + 1 < drawn.length ? this.showStep(index + 1) : this.showOverview())),
    });
    this.place.replaceChildren(...parts);
    focus(this.heading());
  }

  /** @param {Drawn} drawn */
  isChecked({ entry }) {
    return this.run.items.get(entry.number)?.checked ?? false;
  }

  /**
   * @param {Drawn} current
   * @param {Exercise} exercise
   */
  checkStep(current, exercise) {
    if (!exercise.check()) return;
    this.addTime(current);
    this.store(current, exercise, true);
    this.report(current, exercise.form);
    this.runtime.tracker.changed();
    this.place.querySelector('[data-step="check"]')?.toggleAttribute("hidden", true);
  }

  /**
   * @param {Drawn} current
   * @param {() => void} next
   */
  leaveStep(current, next) {
    this.addTime(current);
    next();
    this.runtime.tracker.changed();
  }

  /** @param {Drawn} drawn */
  addTime({ entry }) {
    this.seconds.set(entry.number, (this.seconds.get(entry.number) ?? 0) + (Date.now() - this.since) / 1000);
    this.since = Date.now();
  }

  /**
   * @param {Drawn} drawn
   * @param {Exercise} exercise
   * @param {boolean} checked
   */
  store({ entry, data }, exercise, checked) {
    this.run.items.set(entry.number, { checked, codes: toCodes(data, exercise.read()) });
  }

  showOverview() {
    const tasks = this.drawn().map(({ entry, data }, index) => ({
      title: titleOf(fragment(this.runtime.units.widgets.get(entry.id) ?? "")),
      answered: isAnswered(data.variables, this.response(entry, data)),
      open: () => this.showStep(index),
    }));
    this.place.replaceChildren(...overview(tasks, this.runtime.translate, () => this.submit()));
    focus(this.heading());
  }

  submit() {
    const { tracker } = this.runtime;
    const drawn = this.drawn();
    this.run.submitted = true;
    this.test.scores.push(scoreOf(this.run, drawn, this.language));
    for (const item of drawn) if (!this.isChecked(item)) this.report(item, fragment(this.runtime.units.widgets.get(item.entry.id) ?? ""));
    tracker.changed();
    this.runtime.refresh();
    this.showResult();
  }

  showResult() {
    const left = attemptsLeft(this.assessment, this.test);
    const score = this.test.scores.at(-1) ?? 0;
    const passed = this.assessment.pass_mark !== null && score >= this.assessment.pass_mark * 100;
    const forms = this.assessment.feedback === "never" ? [] : this.drawn().map((item) => this.exercise(item, "result", passed || left === 0).form);
    const again = left > 0 && this.runtime.tracker.mode !== "review" ? () => this.enter(() => this.startRun()) : null;
    this.place.replaceChildren(...result(this.assessment, score, left, forms, this.runtime.translate, again));
    focus(this.heading());
  }

  /**
   * @param {Drawn} drawn
   * @param {"test" | "result"} mode
   * @param {boolean} [reveal] whether a result also shows the solution
   */
  exercise(drawn, mode, reveal = false) {
    const { entry, data } = drawn;
    const form = /** @type {HTMLFormElement} */ (fragment(this.runtime.units.widgets.get(entry.id) ?? "").querySelector("form"));
    const saved = { ...blank(), response: this.response(entry, data), checked: this.isChecked(drawn), solution: reveal };
    /** @type {Exercise} */
    const exercise = new Exercise(form, data, {
      translate: this.runtime.translate, language: this.language, mode, saved, seed: this.run.seed + entry.number,
      onDraft: () => {
        this.store(drawn, exercise, false);
        this.runtime.tracker.changed({ soon: true });
      },
    });
    return exercise;
  }

  /**
   * @param {ExerciseEntry} entry
   * @param {ExerciseData} data
   */
  response(entry, data) {
    return toResponse(data, this.run.items.get(entry.number)?.codes ?? []);
  }

  /**
   * @param {Drawn} drawn
   * @param {ParentNode} form
   */
  report({ entry, data }, form) {
    const attempt = this.test.scores.length + (this.run.submitted ? 0 : 1);
    this.runtime.tracker.report(interactionOf(data, {
      id: `${this.assessment.id}.${attempt}.${entry.id}`, response: this.response(entry, data),
      outcome: outcomeOf(this.run, entry, data, this.language), description: titleOf(form),
      seconds: this.seconds.get(entry.number) ?? 0, when: new Date(), language: this.language,
    }));
  }

  heading() {
    return /** @type {HTMLElement | null} */ (this.place.querySelector(".assessment-heading"));
  }
}
