/**
 * Areas of an image: a click on an area is one on its box in the list below, which keyboard and screen reader use.
 */

import { all, on } from "./dom.js";

/**
 * @param {HTMLFormElement} form
 * @returns {() => void} shows in the image what is chosen in the list
 */
export function enhanceSpots(form) {
  const spots = /** @type {SVGElement[]} */ ([...form.querySelectorAll("[data-spot]")]);
  const inputs = /** @type {HTMLInputElement[]} */ (all(form, "input[name=RESPONSE]"));
  const show = () => {
    for (const [spot, input] of pairs(spots, inputs)) {
      spot.toggleAttribute("data-chosen", input.checked);
      spot.toggleAttribute("data-focused", input === document.activeElement);
    }
  };
  if (!spots.length) return show;
  for (const [spot, input] of pairs(spots, inputs)) on(spot, "click", () => input.click());
  for (const event of ["input", "focusin", "focusout"]) on(form, event, show);
  show();
  return show;
}

/**
 * @param {SVGElement[]} spots
 * @param {HTMLInputElement[]} inputs
 */
function pairs(spots, inputs) {
  return spots.flatMap((spot) => {
    const input = inputs.find(({ value }) => value === spot.dataset["spot"]);
    return input ? [/** @type {const} */ ([spot, input])] : [];
  });
}
