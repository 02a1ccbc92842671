/**
 * What a learner is told after a check: verdict and points, the author's feedback, the notes on single answers.
 */

import { element, fragment } from "./dom.js";
import { isAnswered } from "./response.js";
import { evaluate } from "./scoring.js";

/** @typedef {import("./types.js").ExerciseData} ExerciseData */
/** @typedef {import("./types.js").Response} Response */
/** @typedef {import("./types.js").Outcome} Outcome */
/** @typedef {import("./types.js").Translate} Translate */
/** @typedef {"correct" | "partial" | "incorrect"} Verdict */

/** Rules under which something right may earn nothing: a message says why. */
const FOR_NOTHING = /^(match-correct|map-response|graded)$/;

/**
 * @param {Outcome} outcome
 * @returns {Verdict}
 */
export function verdict(outcome) {
  if (outcome.points === outcome.maximum) return "correct";
  return outcome.points > 0 ? "partial" : "incorrect";
}

/**
 * The children of `.exercise-feedback`; the first one can take the focus.
 * @param {ExerciseData} data
 * @param {Response} response
 * @param {Outcome | null} outcome
 * @param {{translate: Translate, language: string}} context
 * @returns {HTMLElement[]}
 */
export function feedback(data, response, outcome, { translate, language }) {
  if (!outcome) return [line(translate("result.saved"), "saved")];
  const kind = verdict(outcome);
  const points = (outcome.points / outcome.maximum) * data.points;
  // „Richtig“ below a statement to be judged could speak of the statement.
  const words = data.type === "true-false" ? `answer.${kind}` : kind;
  const reason = kind === "incorrect" && inPartRight(data, response, language) ? `. ${translate(`result.for-nothing.${data.rule.kind}`)}` : "";
  const result = line("", kind, element("strong", {}, translate(`result.${isAnswered(data.variables, response) ? words : "open"}`)),
    ` ${translate("result.points", { points, n: data.points })}${reason}`);
  const text = data.feedback[kind];
  const notes = data.notes.filter((note) => applies(note, response, language))
    .map((note) => fragment(note.html, { class: "exercise-note" }));
  return [result, ...(text ? [fragment(text, { class: "exercise-feedback-text" })] : []), ...notes];
}

/**
 * Something in an answer for which there are no points is right all the same; its mark says so, and asks for a reason.
 * @param {ExerciseData} data
 * @param {Response} response
 * @param {string} language
 */
function inPartRight({ correct, rule }, response, language) {
  if (rule.kind === "split") return rule.parts.some((part) => evaluate(part, response, language)?.points);
  return FOR_NOTHING.test(rule.kind)
    && Object.entries(response).some(([id, values]) => values.some((value) => correct[id]?.includes(value)));
}

/**
 * One paragraph that says how it stands.
 * @param {string} text
 * @param {string} kind
 * @param {...(Node | string)} children
 */
export function line(text, kind, ...children) {
  return element("p", { class: "exercise-result", "data-outcome": kind, tabindex: "-1" }, text, ...children);
}

/**
 * @param {import("./types.js").Note} note
 * @param {Response} response
 * @param {string} language
 */
function applies(note, response, language) {
  const outcome = evaluate(note.rule, response, language);
  return outcome !== null && (outcome.points > 0) !== note.negate;
}
