/**
 * One exercise in a page: check, feedback, another try, solution; in a test only the answer, afterwards the result.
 */

import { all, focus } from "./dom.js";
import { feedback, line } from "./feedback.js";
import { clearMarks, mark } from "./marks.js";
import { enhanceOrdering } from "./ordering.js";
import { controls, isAnswered, malformed, readResponse, writeResponse } from "./response.js";
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
const FIELDS = ".exercise-body :is(input, select, textarea, button)";

export class Exercise {
  #context;
  #data;
  /** @type {Saved} */
  #saved;

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
    form.addEventListener("submit", (event) => this.#onSubmit(event));
    form.addEventListener("input", () => this.#onInput());
    this.#button("retry")?.addEventListener("click", () => this.#retry());
    this.#button("solution")?.addEventListener("click", () => this.#showSolution());
  }

  #prepare() {
    const ordered = this.#data.variables.filter((variable) => variable.cardinality === "ordered");
    shuffleOptions(this.form, this.#context.seed, ordered.map(({ id }) => this.#data.correct[id] ?? []));
    enhanceOrdering(this.form, this.#context.translate);
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
    const problem = this.#problem(response);
    this.#feedbackPlace().removeAttribute("aria-live");
    if (problem) {
      this.#feedbackPlace().replaceChildren(line(problem, "problem"));
      this.#firstControl(response)?.focus();
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

  /** @param {Response} response */
  #problem(response) {
    const { variables } = this.#data;
    if (!isAnswered(variables, response)) return this.#context.translate("problem.unanswered");
    return malformed(variables, response, this.#context.language) ? this.#context.translate("problem.number") : null;
  }

  /** @param {Response} response */
  #firstControl(response) {
    const wrong = malformed(this.#data.variables, response, this.#context.language);
    return wrong ? controls(this.form, wrong.id)[0] : all(this.form, FIELDS).find((node) => !node.matches(":disabled") && !node.closest("[hidden]"));
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
    this.#firstControl(this.#saved.response)?.focus();
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
