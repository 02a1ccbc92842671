/**
 * Turns the place selects of an ordering exercise into buttons „nach oben“ and „nach unten“ and keeps the selects in step.
 */

import { all, button, element, spoken } from "./dom.js";
import { labelOf } from "./labels.js";

/** @typedef {import("./types.js").Translate} Translate */

/**
 * @param {HTMLFormElement} form
 * @param {Translate} translate
 */
export function enhanceOrdering(form, translate) {
  for (const list of all(form, ".ordering")) {
    const status = spoken();
    list.after(status);
    for (const item of items(list)) addButtons(list, item, status, translate);
    refresh(list);
  }
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} item
 * @param {HTMLElement} status
 * @param {Translate} translate
 */
function addButtons(list, item, status, translate) {
  const label = labelOf(item);
  const select = placeSelect(item);
  if (select) (select.closest("label") ?? select).hidden = true;
  const moves = element("span", { class: "ordering-moves" });
  for (const step of [-1, 1]) {
    const key = step < 0 ? "ordering.up" : "ordering.down";
    const control = button(translate(key), "secondary", () => {
      move(list, item, step);
      restoreFocus(moves, control);
      status.textContent = translate("ordering.moved",
        { label, place: items(list).indexOf(item) + 1, of: items(list).length });
    });
    control.dataset["step"] = String(step);
    control.setAttribute("aria-label", translate(`${key}.label`, { label }));
    moves.append(control);
  }
  item.append(moves);
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} item
 * @param {number} step
 */
function move(list, item, step) {
  const neighbour = items(list)[items(list).indexOf(item) + step];
  if (!neighbour) return;
  if (step < 0) neighbour.before(item);
  else neighbour.after(item);
  refresh(list);
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * A moved element loses the focus, and at the end of the list its button is disabled: then the other one takes over.
 * @param {HTMLElement} moves
 * @param {HTMLButtonElement} used
 */
function restoreFocus(moves, used) {
  const free = used.disabled ? moves.querySelector("button:not([disabled])") : used;
  if (free instanceof HTMLElement) free.focus();
}

/**
 * Brings the items into the given order; items that it does not name keep their order at the end.
 * @param {HTMLFormElement} form
 * @param {string[]} order
 */
export function reorder(form, order) {
  const list = form.querySelector(".ordering");
  if (!(list instanceof HTMLElement) || !order.length) return;
  const rank = new Map(order.map((value, index) => [value, index]));
  const sorted = items(list).map((item, index) => ({ item, index: rank.get(item.dataset["value"] ?? "") ?? order.length + index }));
  list.append(...sorted.sort((a, b) => a.index - b.index).map(({ item }) => item));
  refresh(list);
}

/** @param {HTMLElement} list */
export function refresh(list) {
  items(list).forEach((item, index, all) => {
    const select = placeSelect(item);
    if (select) select.value = String(index + 1);
    for (const control of item.querySelectorAll("button")) {
      control.disabled = index + Number(control.dataset["step"]) < 0 || index + Number(control.dataset["step"]) >= all.length;
    }
  });
}

/**
 * @param {HTMLElement} list
 * @returns {HTMLElement[]}
 */
export function items(list) {
  return all(list, ":scope > [data-value]");
}

/** @param {HTMLElement} item */
function placeSelect(item) {
  return item.querySelector("select");
}
