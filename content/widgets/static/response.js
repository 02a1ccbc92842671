/**
 * Reads a form's controls as a Response and writes a Response back (names as in `content/widgets/*.html`).
 */

import { parseNumber } from "./decimal.js";
import { reorder } from "./ordering.js";

/** @typedef {import("./types.js").Response} Response */
/** @typedef {import("./types.js").Variable} Variable */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/**
 * The controls of a form that carry this name, disabled ones included.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {Control[]}
 */
export function controls(form, name) {
  return /** @type {Control[]} */ ([...form.elements].filter((node) => node.getAttribute("name") === name));
}

/** @param {Control} control */
export function isToggle(control) {
  return control.type === "radio" || control.type === "checkbox";
}

/**
 * @param {HTMLFormElement} form
 * @param {Variable[]} variables
 * @returns {Response}
 */
export function readResponse(form, variables) {
  return Object.fromEntries(variables.map((variable) => [variable.id, readVariable(form, variable)]));
}

/**
 * @param {HTMLFormElement} form
 * @param {Variable} variable
 * @returns {string[]}
 */
function readVariable(form, variable) {
  if (variable.base === "pair") return readPairs(form, variable);
  if (variable.cardinality === "ordered") return readOrder(form, variable);
  return chosen(controls(form, variable.id)).map((value) => value.trim()).filter((value) => value !== "");
}

/**
 * The values of fields and of those boxes that are checked.
 * @param {Control[]} found
 */
function chosen(found) {
  return found.filter((control) => !isToggle(control) || /** @type {HTMLInputElement} */ (control).checked)
    .map((control) => control.value);
}

/**
 * @param {HTMLFormElement} form
 * @param {Variable} variable
 */
function readPairs(form, variable) {
  return (variable.values ?? []).flatMap((source) => chosen(controls(form, `${variable.id}.${source}`))
    .filter((target) => target !== "").map((target) => `${source} ${target}`));
}

/**
 * The items by chosen place; nothing as long as a place is missing or taken twice.
 * @param {HTMLFormElement} form
 * @param {Variable} variable
 */
function readOrder(form, variable) {
  const places = (variable.values ?? []).flatMap((item) => {
    const control = controls(form, `${variable.id}.${item}`)[0];
    return control ? [{ item, place: Number(control.value) }] : [];
  });
  const distinct = new Set(places.map(({ place }) => place));
  if (distinct.has(0) || distinct.size < places.length) return [];
  return places.sort((a, b) => a.place - b.place).map(({ item }) => item);
}

/**
 * @param {HTMLFormElement} form
 * @param {Variable[]} variables
 * @param {Response} response
 */
export function writeResponse(form, variables, response) {
  for (const variable of variables) {
    const values = response[variable.id] ?? [];
    if (variable.base === "pair") writePairs(form, variable, values);
    else if (variable.cardinality === "ordered") reorder(form, values);
    else writeSimple(controls(form, variable.id), values);
  }
}

/**
 * @param {Control[]} found
 * @param {string[]} values
 */
function writeSimple(found, values) {
  for (const control of found) {
    if (isToggle(control)) /** @type {HTMLInputElement} */ (control).checked = values.includes(control.value);
    else control.value = values[0] ?? "";
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Variable} variable
 * @param {string[]} pairs
 */
function writePairs(form, variable, pairs) {
  const targets = new Map(pairs.map((pair) => /** @type {[string, string]} */ (pair.split(" "))));
  for (const source of variable.values ?? []) {
    writeSimple(controls(form, `${variable.id}.${source}`), [targets.get(source) ?? ""]);
  }
}

/**
 * @param {Variable[]} variables
 * @param {Response} response
 */
export function isAnswered(variables, response) {
  return variables.some((variable) => (response[variable.id] ?? []).length > 0);
}

/**
 * The first variable whose text is meant as a number and is none: a fault of form, never a wrong answer.
 * @param {Variable[]} variables
 * @param {Response} response
 * @param {string} language
 * @returns {Variable | undefined}
 */
export function malformed(variables, response, language) {
  return variables.find((variable) => variable.base === "float"
    && (response[variable.id] ?? []).some((text) => parseNumber(text, language) === null));
}
