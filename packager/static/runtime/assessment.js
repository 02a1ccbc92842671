/**
 * The rules of an assessment: which exercises an attempt draws, in which order, and what it scores. No page is touched.
 */

import { random, shuffled } from "../../../content/widgets/static/random.js";
import { evaluate } from "../../../content/widgets/static/scoring.js";
import { toResponse } from "./answers.js";
import { weighted } from "./completion.js";

/** @typedef {import("./types.js").AssessmentEntry} AssessmentEntry */
/** @typedef {import("./types.js").ExerciseEntry} ExerciseEntry */
/** @typedef {import("./types.js").Run} Run */
/** @typedef {{entry: ExerciseEntry, data: ExerciseData}} Drawn */
/** @typedef {import("./types.js").RunItem} RunItem */
/** @typedef {import("./types.js").Test} Test */
/** @typedef {import("../../../content/widgets/static/types.js").ExerciseData} ExerciseData */
/** @typedef {import("../../../content/widgets/static/types.js").Outcome} Outcome */

/**
 * A new attempt: per section `draw` exercises, in the section's order or shuffled. The numbers are stored with it, so
 * an update of the pool does not change an attempt that has begun.
 * @param {AssessmentEntry} assessment
 * @param {ExerciseEntry[]} entries
 * @param {number} seed
 * @returns {Run}
 */
export function newRun(assessment, entries, seed) {
  const next = random(seed);
  const numbers = new Map(entries.map((entry) => [entry.id, entry.number]));
  const drawn = assessment.sections.flatMap(({ draw, exercises }) => {
    const known = exercises.filter((id) => numbers.has(id));
    const mixed = shuffled(known, next).slice(0, draw ?? known.length);
    return assessment.shuffle ? mixed : known.filter((id) => mixed.includes(id));
  });
  const items = drawn.map((id) => /** @type {[number, RunItem]} */ ([numbers.get(id) ?? 0, { checked: false, codes: [] }]));
  return { seed, submitted: false, position: 0, items: new Map(items) };
}

/**
 * The exercises of an attempt that the pool still holds, in drawn order.
 * @param {Run} run
 * @param {ExerciseEntry[]} entries
 * @returns {ExerciseEntry[]}
 */
export function drawnEntries(run, entries) {
  const byNumber = new Map(entries.map((entry) => [entry.number, entry]));
  return [...run.items.keys()].map((number) => byNumber.get(number)).filter((entry) => entry !== undefined);
}

/**
 * How many attempts are left; Infinity where there is no limit.
 * @param {AssessmentEntry} assessment
 * @param {Test | undefined} test
 */
export function attemptsLeft(assessment, test) {
  return assessment.attempts > 0 ? Math.max(0, assessment.attempts - (test?.scores.length ?? 0)) : Infinity;
}

/**
 * @param {Run} run
 * @param {Drawn} drawn
 * @param {string} language
 * @returns {Outcome | null}
 */
export function outcomeOf(run, { entry, data }, language) {
  return evaluate(data.rule, toResponse(data, run.items.get(entry.number)?.codes ?? []), language);
}

/**
 * The score of an attempt in hundredths of a percent: outcomes weighted by points, an unanswered exercise counts 0.
 * @param {Run} run
 * @param {Drawn[]} drawn
 * @param {string} language
 */
export function scoreOf(run, drawn, language) {
  const results = drawn.map((item) => ({ points: item.entry.points, best: outcomeOf(run, item, language) }));
  return weighted(results.filter(({ best }) => best !== null));
}
