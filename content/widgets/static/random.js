/**
 * Repeatable chance: one seed always gives the same order, so that a test resumes as it was drawn.
 */

/** @typedef {() => number} Random a number in 0 <= n < 1 */

/** Seeds are whole numbers below this: four characters in the saved state. */
export const SEEDS = 2 ** 20;

/**
 * A generator of Bob Jenkins' "small fast" kind, reduced to one 32-bit state with a final mix (splitmix32).
 * @param {number} seed
 * @returns {Random}
 */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mix = state ^ (state >>> 16);
    mix = Math.imul(mix, 0x21f0aaad);
    mix ^= mix >>> 15;
    mix = Math.imul(mix, 0x735a2d97);
    return ((mix ^ (mix >>> 15)) >>> 0) / 2 ** 32;
  };
}

/**
 * A shuffled copy (Fisher–Yates).
 * @template T
 * @param {readonly T[]} list
 * @param {Random} next
 * @returns {T[]}
 */
export function shuffled(list, next) {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    [copy[last], copy[other]] = [/** @type {T} */ (copy[other]), /** @type {T} */ (copy[last])];
  }
  return copy;
}

/** A seed nobody can foresee. */
export function newSeed() {
  return Math.floor(Math.random() * SEEDS);
}
