/**
 * Makes a state fit: the oldest typed texts go first, status, score, place and visited pages never (SCORM 1.2 RTE 3.4.4).
 */

import { encode } from "./codec.js";
import { encodeAnswer, encodeTest } from "./records.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Code} Code */

/**
 * The encoded state and whether anything was left out of it. The state itself is not changed.
 * @param {State} state
 * @param {number} limit characters
 * @returns {{text: string, lost: boolean}}
 */
export function fit(state, limit) {
  const whole = encode(state);
  if (whole.length <= limit) return { text: whole, lost: false };
  const copy = { ...state, answers: new Map(state.answers), tests: new Map(state.tests) };
  let length = whole.length;
  for (const step of steps(state)) {
    if (length <= limit) break;
    length -= step(copy);
  }
  return { text: encode(copy).slice(0, limit), lost: true };
}

/**
 * Cuts in the order in which they hurt least; each returns how many characters it saved.
 * @param {State} state
 * @returns {Generator<(copy: State) => number>}
 */
function* steps(state) {
  for (const number of state.answers.keys()) yield (copy) => replaceAnswer(copy, number, withoutTexts);
  for (const number of state.tests.keys()) yield (copy) => replaceRun(copy, number, withoutTexts);
  for (const number of state.answers.keys()) yield (copy) => replaceAnswer(copy, number, () => []);
  yield dropRest;
  for (const number of state.tests.keys()) yield (copy) => replaceRun(copy, number, () => null);
  for (const number of state.answers.keys()) yield (copy) => dropAnswer(copy, number);
}

/** @param {Code[]} codes */
function withoutTexts(codes) {
  return codes.map((code) => (code.kind === "text" ? /** @type {Code} */ ({ kind: "lost", list: [] }) : code));
}

/**
 * @param {State} copy
 * @param {number} number
 * @param {(codes: Code[]) => Code[]} cut
 */
function replaceAnswer(copy, number, cut) {
  const answer = copy.answers.get(number);
  if (!answer) return 0;
  const shorter = { ...answer, codes: cut(answer.codes) };
  copy.answers.set(number, shorter);
  return encodeAnswer(number, answer).length - encodeAnswer(number, shorter).length;
}

/**
 * @param {State} copy
 * @param {number} number
 * @param {(codes: Code[]) => Code[] | null} cut null leaves the whole attempt out
 */
function replaceRun(copy, number, cut) {
  const test = copy.tests.get(number);
  if (!test?.run) return 0;
  const items = [...test.run.items].map(([key, item]) => ({ key, item, codes: cut(item.codes) }));
  const kept = items.flatMap(({ key, item, codes }) => (codes ? [/** @type {const} */ ([key, { ...item, codes }])] : []));
  const shorter = { ...test, run: kept.length || !items.length ? { ...test.run, items: new Map(kept) } : null };
  copy.tests.set(number, shorter);
  return encodeTest(number, test).length - encodeTest(number, shorter).length;
}

/** @param {State} copy */
function dropRest(copy) {
  const saved = copy.rest.length;
  copy.rest = "";
  return saved;
}

/**
 * @param {State} copy
 * @param {number} number
 */
function dropAnswer(copy, number) {
  const answer = copy.answers.get(number);
  if (!answer) return 0;
  copy.answers.delete(number);
  return encodeAnswer(number, answer).length + 1;
}
