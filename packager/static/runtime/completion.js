/**
 * Decides score and status of a module: the one place of the completion policy (docs/handbuch/quelltext.md, section 3).
 */

/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Status} Status */

const RANK = { incomplete: 0, failed: 1, completed: 1, passed: 2 };

/** 100 % in the unit of scores: hundredths of a percent. */
export const FULL = 10_000;

/**
 * The page with this number; none for 0.
 * @param {Module} module
 * @param {number} number
 */
export function pageAt(module, number) {
  return number ? module.pages.find((page) => page.number === number) : undefined;
}

/**
 * Score and status as they stand; neither ever falls behind what was reported before.
 * @param {Module} module
 * @param {State} state
 * @returns {{score: number | null, status: Status}}
 */
export function progress(module, state) {
  const score = highest(state.score, currentScore(module, state));
  return { score, status: keep(state.status, currentStatus(module, state, score)) };
}

/**
 * The finished one of two statuses; what was reported first stays, only a pass outranks it.
 * @param {Status} before
 * @param {Status} now
 * @returns {Status}
 */
export function keep(before, now) {
  return RANK[now] > RANK[before] ? now : before;
}

/**
 * @param {number | null} a
 * @param {number | null} b
 */
function highest(a, b) {
  return a === null || b === null ? a ?? b : Math.max(a, b);
}

/**
 * The best attempt at the first assessment; without one the exercises' best results, weighted by their points.
 * @param {Module} module
 * @param {State} state
 * @returns {number | null}
 */
function currentScore(module, state) {
  const assessment = module.assessments[0];
  if (assessment) {
    const scores = state.tests.get(assessment.number)?.scores ?? [];
    return scores.length ? Math.max(...scores) : null;
  }
  const scored = module.exercises.filter((exercise) => exercise.scored);
  const results = scored.map(({ number, points }) => ({ points, best: state.answers.get(number)?.best ?? null }));
  return results.some(({ best }) => best) ? weighted(results) : null;
}

/**
 * The mean of outcomes weighted by points, in hundredths of a percent; unanswered counts 0.
 * @param {{points: number, best: {points: number, maximum: number} | null}[]} results
 * @returns {number}
 */
export function weighted(results) {
  const total = results.reduce((sum, { points }) => sum + points, 0);
  const reached = results.reduce((sum, { points, best }) => sum + (best ? (points * best.points) / best.maximum : 0), 0);
  return total ? Math.round((FULL * reached) / total) : 0;
}

/**
 * @param {Module} module
 * @param {State} state
 * @param {number | null} score
 * @returns {Status}
 */
function currentStatus(module, state, score) {
  const assessment = module.assessments[0];
  const tries = assessment ? state.tests.get(assessment.number)?.scores.length ?? 0 : 0;
  const seen = module.pages.every((page) => !page.tracked || state.visited.has(page.number));
  if (!seen || (assessment && !tries)) return "incomplete";
  const passMark = module.completion.pass_mark;
  if (passMark === null) return "completed";
  if ((score ?? 0) >= Math.round(passMark * 100)) return "passed";
  return assessment && assessment.attempts > 0 && tries >= assessment.attempts ? "failed" : "incomplete";
}
