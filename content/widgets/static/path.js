/**
 * A case in steps: only the steps on the way are to be seen, each at its place in the way; answers beside it are cleared.
 * Without script all steps are there and every decision says where it leads.
 */

import { all, element, on, spoken } from "./dom.js";

/** @typedef {import("./types.js").Translate} Translate */

/**
 * @param {HTMLFormElement} form
 * @param {Translate} translate
 * @returns {() => void} shows the way that the form's answers take
 */
export function enhancePath(form, translate) {
  const steps = all(form, ".path-step");
  if (!steps.length) return () => {};
  for (const words of all(form, ".path-next")) words.remove();
  const end = element("p", { class: "path-end" }, translate("path.end"));
  const status = spoken();
  steps.at(-1)?.parentElement?.append(end, status);
  const show = () => {
    const { way, ended } = wayOf(steps);
    way.forEach((step, index) => place(step, index, way[index - 1], translate));
    for (const step of steps.filter((other) => !way.includes(other))) leave(step);
    end.hidden = !ended;
    return ended ? translate("path.end") : translate("path.on", { number: way.length });
  };
  // The focus stays on the decision: with arrow keys every option is chosen on the way to the next one.
  on(form, "input", () => {
    const words = show();
    if (status.textContent !== words) status.textContent = words;
  });
  show();
  return show;
}

/**
 * @param {HTMLElement[]} steps
 * @returns {{way: HTMLElement[], ended: boolean}}
 */
function wayOf(steps) {
  /** @type {HTMLElement[]} */
  const way = [];
  for (let step = steps[0]; step && !way.includes(step);) {
    way.push(step);
    const decision = step.querySelector("input:checked")?.closest("[data-next]");
    if (!(decision instanceof HTMLElement)) return { way, ended: false };
    const next = decision.dataset["next"];
    step = steps.find((other) => other.dataset["step"] === next);
  }
  return { way, ended: true };
}

/**
 * @param {HTMLElement} step
 * @param {number} index its place in the way, from 0
 * @param {HTMLElement | undefined} previous
 * @param {Translate} translate
 */
function place(step, index, previous, translate) {
  // Moved only where it has to be, because an element that moves loses the focus.
  if (previous && step.compareDocumentPosition(previous) & 4) previous.after(step);
  const legend = step.querySelector(".path-number");
  if (legend) legend.textContent = translate("path.step", { number: index + 1 });
  step.hidden = false;
}

/** @param {HTMLElement} step */
function leave(step) {
  step.hidden = true;
  for (const input of step.querySelectorAll("input")) input.checked = false;
}
