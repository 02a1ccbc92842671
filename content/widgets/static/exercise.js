/**
 * One exercise in a page: check, feedback, another try, solution; in a test only the answer, afterwards the result.
 */

import { all, focus, on } from "./dom.js";
import { enhance } from "./enhance.js";
import { fault, firstControl } from "./faults.js";
import { feedback, line } from "./feedback.js";
import { clearMarks, mark, markFault } from "./marks.js";
import { readResponse, isAnswered, writeResponse } from "./response.js";
import { better, blank } from "./saved.js";
import { evaluate } from "./scoring.js";
import { shuffleOptions } from "./shuffle.js";
import { solution } from "./solution.js";
import { enhanceWorksheet } from "./worksheet.js";

/** @typedef {import("./types.js").ExerciseData} ExerciseData */
/** @typedef {import("./types.js").WidgetContext} WidgetContext */
/** @typedef {import("./types.js").Response} Response */
/** @typedef {import("./types.js").Outcome} Outcome */
/** @typedef {import("./types.js").Saved} Saved */

const BODY = "fieldset.exercise-body";

export class Exercise {
  #context;
  #data;
  /** @type {Saved} */
  #saved;
  #refresh = () => {};

  /**
   * @param {HTMLFormElement} form
   * @param {ExerciseData} data
   * @param {WidgetContext} context
   */
  constructor(form, data, context) {
    this.form = form;
    this.#data = data;
    this.#context = context;
    this.#saved = context.saved ?? blank();
    this.#prepare();
    this.#restore();
    on(form, "submit", (event) => this.#onSubmit(event));
    on(form, "input", () => this.#onInput());
    on(this.#button("retry"), "click", () => this.#retry());
    on(this.#button("solution"), "click", () => this.#showSolution());
  }

  #prepare() {
    const ordered = this.#data.variables.filter((variable) => variable.cardinality === "ordered");
    shuffleOptions(this.form, this.#context.seed, ordered.map(({ id }) => this.#data.correct[id] ?? []));
    this.#refresh = enhance(this.form, this.#context);
    if (this.#data.type === "extended-text") enhanceWorksheet(this.form, this.#data.id, this.#context);
    if (this.#context.mode === "practice") return;
    for (const part of all(this.form, ".exercise-actions, .exercise-hints")) part.hidden = true;
  }

  #restore() {
    if (!isAnswered(this.#data.variables, this.#saved.response)) {
      if (this.#context.mode === "result") this.#present(this.#outcome(), false);
      return;
    }
    writeResponse(this.form, this.#data.variables, this.#saved.response);
    this.#refresh();
    if (!this.#saved.checked && this.#context.mode !== "result") return;
    this.#present(this.#outcome(), this.#saved.solution);
  }

  /** The answer as it stands in the form. */
  read() {
    return readResponse(this.form, this.#data.variables);
  }

  /** @returns {Outcome | null} */
  #outcome() {
    return evaluate(this.#data.rule, this.#saved.response, this.#context.language);
  }

  /** @param {Event} event */
  #onSubmit(event) {
    event.preventDefault();
    if (this.#context.mode === "practice" && this.#data.type !== "extended-text") this.check();
  }

  #onInput() {
    if (this.#locked || this.#data.type === "extended-text") return;
    this.#saved = { ...this.#saved, response: this.read(), checked: false };
    this.#context.onDraft?.(this.#saved);
  }

  /**
   * Scores the answer and shows the feedback; false where there is nothing to score yet.
   * @returns {boolean}
   */
  check() {
    if (this.#locked) return false;
    const response = this.read();
    const problem = fault(this.form, this.#data, response, this.#context);
    this.#feedbackPlace().removeAttribute("aria-live");
    if (problem) {
      const words = line(problem.text, "problem");
      this.#feedbackPlace().replaceChildren(words);
      markFault(this.form, words, problem.control);
      return false;
    }
    const outcome = evaluate(this.#data.rule, response, this.#context.language);
    const best = this.#saved.solution ? this.#saved.best : better(this.#saved.best, outcome);
    this.#saved = { ...this.#saved, response, tries: this.#saved.tries + 1, checked: true, best };
    const hadFocus = this.form.contains(document.activeElement);
    this.#present(outcome, this.#saved.solution);
    // The control in use is now disabled or hidden; without this the focus would fall back to the document.
    if (hadFocus && outcome) this.#focusResult();
    this.#context.onCheck?.({ response, outcome, saved: this.#saved });
    return true;
  }

  /**
   * Marks, feedback and the actions that are left.
   * @param {Outcome | null} outcome
   * @param {boolean} reveal
   */
  #present(outcome, reveal) {
    const { translate, language, mode } = this.#context;
    const place = this.#feedbackPlace();
    place.replaceChildren(...feedback(this.#data, this.#saved.response, outcome, { translate, language }));
    if (!outcome) return;
    mark(this.form, this.#data, this.#saved.response, { translate, language, reveal });
    if (reveal) place.append(solution(this.form, this.#data, translate("solution")));
    this.#lock(true);
    if (mode !== "practice") return;
    const solved = outcome.points === outcome.maximum;
    this.#offer({ check: false, retry: !solved, solution: !solved && !reveal });
  }

  #retry() {
    clearMarks(this.form);
    this.#lock(false);
    this.#feedbackPlace().replaceChildren();
    this.#offer({ check: true, retry: false, solution: false });
    this.#saved = { ...this.#saved, checked: false };
    firstControl(this.form)?.focus();
    this.#context.onDraft?.(this.#saved);
  }

  #showSolution() {
    this.#saved = { ...this.#saved, solution: true };
    this.#feedbackPlace().removeAttribute("aria-live");
    this.#present(this.#outcome(), true);
    this.#focusResult();
    this.#context.onDraft?.(this.#saved);
  }

  #focusResult() {
    focus(all(this.form, ".exercise-result")[0]);
  }

  /** @param {boolean} on */
  #lock(on) {
    for (const body of all(this.form, BODY)) body.toggleAttribute("disabled", on);
  }

  get #locked() {
    return this.form.querySelector(BODY)?.hasAttribute("disabled") ?? false;
  }

  /** A restored page must not read all its old feedback aloud: the region stays off until the learner acts. */
  #feedbackPlace() {
    const place = /** @type {HTMLElement} */ (this.form.querySelector(".exercise-feedback"));
    if (!this.form.dataset["ready"]) place.setAttribute("aria-live", "off");
    this.form.dataset["ready"] = "true";
    return place;
  }

  /** @param {Record<string, boolean>} actions which buttons are to be seen */
  #offer(actions) {
    for (const [action, offered] of Object.entries(actions)) this.#button(action)?.toggleAttribute("hidden", !offered);
  }

  /** @param {string} action */
  #button(action) {
    return this.form.querySelector(`button[data-action="${action}"]`);
  }
}
