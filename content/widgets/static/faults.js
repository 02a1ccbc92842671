/**
 * Faults of form: an answer that is not scored yet, because something is missing or no machine could read it.
 */

import { compareDecimals } from "./decimal.js";
import { all } from "./dom.js";
import { controls, isAnswered, malformed } from "./response.js";
import { spent, wayOf } from "./scoring.js";

/** @typedef {import("./types.js").ExerciseData} ExerciseData */
/** @typedef {import("./types.js").Response} Response */

/**
 * What to tell the learner and where to go on; null where the answer can be scored.
 * @param {HTMLFormElement} form
 * @param {ExerciseData} data
 * @param {Response} response
 * @param {{translate: import("./types.js").Translate, language: string}} context
 * @returns {{text: string, control: HTMLElement | undefined} | null}
 */
export function fault(form, { variables, rule }, response, { translate, language }) {
  if (!isAnswered(variables, response)) return { text: translate("problem.unanswered"), control: firstControl(form) };
  const wrong = malformed(variables, response, language);
  if (wrong) return { text: translate("problem.number"), control: controls(form, wrong.id)[0] };
  if (rule.kind === "path") {
    const { open } = wayOf(rule, response);
    return open ? { text: translate("problem.path"), control: controls(form, open)[0] } : null;
  }
  if (rule.kind === "split" && compareDecimals(spent(rule, response, language), rule.total) > 0) {
    return { text: translate("problem.budget", { total: Number(rule.total) }), control: firstControl(form) };
  }
  return null;
}

/**
 * The first control that can be used.
 * @param {HTMLFormElement} form
 */
export function firstControl(form) {
  return all(form, ".exercise-body :is(input, select, textarea, button)")
    .find((node) => !node.matches(":disabled") && !node.closest("[hidden]"));
}
