/**
 * Mixes options and items (`data-shuffle`, `.ordering`) by a seed; a sequence never starts in its right order.
 */

import { all } from "./dom.js";
import { items, refresh } from "./ordering.js";
import { random, shuffled } from "./random.js";

/**
 * @param {HTMLFormElement} form
 * @param {number} seed
 * @param {string[][]} solutions right sequences of the form's ordered variables
 */
export function shuffleOptions(form, seed, solutions) {
  const next = random(seed);
  for (const list of all(form, "[data-shuffle], .ordering")) {
    const mixed = shuffled(items(list), next);
    const order = mixed.map((item) => item.dataset["value"]).join(" ");
    const [first, ...others] = mixed;
    const solved = first && solutions.some((solution) => solution.join(" ") === order);
    list.append(...(solved ? [...others, first] : mixed));
    if (list.classList.contains("ordering")) refresh(list);
  }
}
