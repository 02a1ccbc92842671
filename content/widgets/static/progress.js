/**
 * How far an answer is: begun where parts of it are still wanted, as `Exercise.complete` in Python says it.
 */

import { isAnswered } from "./response.js";
import { wayOf } from "./scoring.js";

/** @typedef {import("./types.js").ExerciseData} ExerciseData */
/** @typedef {import("./types.js").Response} Response */
/** @typedef {"open" | "begun" | "answered"} Progress */

/**
 * @param {ExerciseData} data
 * @param {Response} response
 * @returns {Progress}
 */
export function progressOf(data, response) {
  if (!isAnswered(data.variables, response)) return "open";
  return isComplete(data, response) ? "answered" : "begun";
}

/**
 * @param {ExerciseData} data
 * @param {Response} response
 */
function isComplete({ correct, rule, variables }, response) {
  if (rule.kind === "path") return !wayOf(rule, response).open;
  // Of a total nothing has to go to each purpose.
  if (rule.kind === "split") return true;
  return variables.every(({ base, id, retired }) => retired
    || (response[id] ?? []).length >= ((base === "pair" && correct[id]?.length) || 1));
}
