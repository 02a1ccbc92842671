/**
 * Amounts that share a total: what is shared out and what is left, in sight while the learner types.
 */

import { parseNumber, sumDecimals } from "./decimal.js";
import { element, on, spoken } from "./dom.js";

/** @typedef {import("./types.js").Translate} Translate */

/**
 * @param {HTMLFormElement} form
 * @param {Translate} translate
 * @param {string} language
 * @returns {() => void} counts again
 */
export function enhanceBudget(form, translate, language) {
  const budget = form.querySelector(".budget");
  if (!(budget instanceof HTMLElement)) return () => {};
  const inputs = [...budget.querySelectorAll("input")];
  const { total = "0", unit = "" } = budget.dataset;
  // Read aloud only when an amount is finished, not with every key.
  const line = element("output", { class: "budget-line", for: inputs.map(({ id }) => id).join(" "), "aria-live": "off" });
  const status = spoken();
  budget.append(line, status);
  const show = () => {
    const spent = sumDecimals(inputs.map(({ value }) => parseNumber(value, language) ?? "0"));
    const left = Number(sumDecimals([total, negative(spent)]));
    const values = { spent: Number(spent), total: Number(total), left: Math.abs(left), unit };
    line.textContent = translate(left < 0 ? "budget.over" : left > 0 ? "budget.left" : "budget.all", values).replace(/ +(?=[,.])/g, "");
    line.toggleAttribute("data-over", left < 0);
  };
  on(form, "input", show);
  on(form, "change", () => { status.textContent = line.textContent; });
  show();
  return show;
}

/** @param {string} number */
export function negative(number) {
  return number.startsWith("-") ? number.slice(1) : `-${number}`;
}
