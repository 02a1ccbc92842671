/**
 * Plays an assessment: start, one exercise after the other, overview, submission, result, further attempts, resume.
 */

import { all, element, focus, fragment } from "../../../content/widgets/static/dom.js";
import { Exercise } from "../../../content/widgets/static/exercise.js";
import { progressOf } from "../../../content/widgets/static/progress.js";
import { blank } from "../../../content/widgets/static/saved.js";
import { Attempt } from "./attempt.js";
import { introduction, overview, result, step } from "./player-view.js";

/** @typedef {import("./assessment.js").Drawn} Drawn */
/** @typedef {import("./notices.js").Notices} Notices */
/** @typedef {import("./page.js").Runtime & {notices: Notices, refresh: () => void}} Runtime */

/**
 * @param {ParentNode} root
 * @param {Runtime} runtime
 */
export function activateAssessments(root, runtime) {
  for (const place of all(root, "[data-assessment]")) {
    const assessment = runtime.tracker.module.assessments.find(({ id }) => id === place.dataset["assessment"]);
    if (assessment) new Player(place, new Attempt(assessment, runtime.tracker, runtime.units), runtime).begin();
  }
}

class Player {
  #attempt;
  #place;
  #runtime;

  /**
   * @param {HTMLElement} place
   * @param {Attempt} attempt
   * @param {Runtime} runtime
   */
  constructor(place, attempt, runtime) {
    this.#place = element("div", { class: "assessment-player" });
    place.append(this.#place);
    this.#attempt = attempt;
    this.#runtime = runtime;
  }

  begin() {
    const { assessment, left, open, playable, test } = this.#attempt;
    this.#place.replaceChildren(...introduction(assessment, test, left, this.#runtime.translate, {
      start: playable && !open ? () => this.#start() : null,
      resume: playable && open ? () => this.#enter(() => this.#showStep(this.#attempt.run.position)) : null,
      review: test.run?.submitted ? () => this.#enter(() => this.#showResult()) : null,
    }));
  }

  #start() {
    void this.#enter(() => {
      this.#attempt.start();
      this.#showStep(0);
      this.#runtime.tracker.changed();
    });
  }

  /**
   * Whatever comes next needs the pool.
   * @param {() => void} next
   */
  async #enter(next) {
    const { notices, translate, units } = this.#runtime;
    notices.remove("page");
    try {
      await units.load(this.#attempt.assessment.id);
    } catch {
      notices.failed(translate, () => void this.#enter(next));
      return;
    }
    next();
  }

  /** @param {(HTMLElement)[]} parts */
  #show(parts) {
    this.#place.replaceChildren(...parts);
    focus(all(this.#place, ".assessment-heading")[0]);
  }

  /** @param {number} position */
  #showStep(position) {
    const drawn = this.#attempt.drawn();
    const index = Math.max(0, Math.min(position, drawn.length - 1));
    const current = drawn[index];
    if (!current) return;
    this.#attempt.run.position = index;
    this.#attempt.look();
    const exercise = this.#exercise(current, "test");
    const open = this.#attempt.assessment.feedback === "after-each" && !this.#attempt.isChecked(current);
    /** @param {() => void} next */
    const leave = (next) => () => {
      this.#attempt.leave(current);
      next();
      this.#runtime.tracker.changed();
    };
    this.#show(step(exercise.form, index, drawn.length, this.#runtime.translate, {
      check: open ? () => this.#check(current, exercise) : null,
      back: index ? leave(() => this.#showStep(index - 1)) : null,
      next: leave(() => (index + 1 < drawn.length ? this.#showStep(index + 1) : this.#showOverview())),
    }));
  }

  /**
   * @param {Drawn} current
   * @param {Exercise} exercise
   */
  #check(current, exercise) {
    if (!exercise.check()) return;
    this.#attempt.leave(current);
    this.#attempt.store(current, exercise.read(), true);
    this.#runtime.tracker.changed();
    const button = all(this.#place, '[data-step="check"]')[0];
    const focused = button === document.activeElement;
    button?.remove();
    if (focused) focus(all(exercise.form, ".exercise-result")[0]);
  }

  #showOverview() {
    const tasks = this.#attempt.drawn().map((drawn, index) => ({
      title: drawn.data.title,
      progress: progressOf(drawn.data, this.#attempt.response(drawn)),
      open: () => this.#showStep(index),
    }));
    this.#show(overview(tasks, this.#runtime.translate, () => {
      this.#attempt.submit();
      this.#runtime.tracker.changed();
      this.#runtime.refresh();
      this.#showResult();
    }));
  }

  #showResult() {
    const { assessment, left, playable, test } = this.#attempt;
    const score = test.scores.at(-1) ?? 0;
    // The solution is no secret any more once nothing depends on it.
    const reveal = !left || (assessment.pass_mark !== null && score >= assessment.pass_mark * 100);
    const forms = assessment.feedback === "never" ? []
      : this.#attempt.drawn().map((drawn) => this.#exercise(drawn, "result", reveal).form);
    this.#show(result(assessment, score, left, forms, this.#runtime.translate, playable ? () => this.#start() : null));
  }

  /**
   * @param {Drawn} drawn
   * @param {"test" | "result"} mode
   * @param {boolean} [reveal] whether a result also shows the solution
   */
  #exercise(drawn, mode, reveal = false) {
    const { entry, data } = drawn;
    const { tracker, translate, units } = this.#runtime;
    const form = fragment(units.widgets.get(entry.id) ?? "").querySelector("form");
    const saved = { ...blank(), response: this.#attempt.response(drawn), checked: this.#attempt.isChecked(drawn), solution: reveal };
    return new Exercise(/** @type {HTMLFormElement} */ (form), data, {
      translate, language: tracker.module.language, mode, saved, seed: this.#attempt.run.seed + entry.number,
      onDraft: ({ response }) => {
        this.#attempt.store(drawn, response, false);
        tracker.changed({ soon: true });
      },
    });
  }
}
