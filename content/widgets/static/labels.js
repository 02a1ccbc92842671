/**
 * The words by which a learner knows an option, an item or a gap.
 */

import { all } from "./dom.js";

const NOT_PART_OF_A_LABEL = "select, input, textarea, button, script, .exercise-mark, .visually-hidden, .ordering-moves, .path-next";

/**
 * The text of an element without its controls and marks.
 * @param {Element} host
 */
export function labelOf(host) {
  const copy = /** @type {Element} */ (host.cloneNode(true));
  for (const node of all(copy, NOT_PART_OF_A_LABEL)) node.remove();
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

/**
 * The accessible name of a control, as far as its author gave one.
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} control
 */
export function nameOf(control) {
  const label = control.labels?.[0];
  return control.getAttribute("aria-label") ?? (label ? label.textContent?.replace(/\s+/g, " ").trim() : "") ?? "";
}
