/**
 * What is remembered of an exercise, before and after a try.
 */

/** @typedef {import("./types.js").Outcome} Outcome */
/** @typedef {import("./types.js").Saved} Saved */

/** @returns {Saved} */
export function blank() {
  return { response: {}, tries: 0, checked: false, solution: false, best: null };
}

/**
 * @param {Outcome | null} a
 * @param {Outcome | null} b
 * @returns {Outcome | null}
 */
export function better(a, b) {
  if (!a || !b) return a ?? b;
  return b.points * a.maximum > a.points * b.maximum ? b : a;
}
