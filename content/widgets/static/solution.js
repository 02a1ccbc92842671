/**
 * Says the correct response in the words of the form, so that the learner's own answer can stay where it is.
 */

import { all, element } from "./dom.js";
import { labelOf, nameOf } from "./labels.js";
import { controls, isToggle } from "./response.js";
import { ruleOf, wayOf } from "./scoring.js";

/** @typedef {import("./types.js").ExerciseData} ExerciseData */
/** @typedef {import("./types.js").Variable} Variable */
/** @typedef {import("./response.js").Control} Control */

/**
 * A heading and a list: options, pairs, the sequence or the texts of the gaps.
 * @param {HTMLFormElement} form
 * @param {ExerciseData} data
 * @param {string} heading
 */
export function solution(form, data, heading) {
  const way = data.rule.kind === "path" ? wayOf(data.rule, data.correct).way.map(([step]) => step) : [];
  const ordered = way.length > 0 || data.variables.some((variable) => variable.cardinality === "ordered");
  const variables = [...data.variables].sort((a, b) => way.indexOf(a.id) - way.indexOf(b.id));
  const lines = variables.flatMap((variable) => linesOf(form, variable, correctOf(data, variable), data.variables.length > 1));
  const list = element(ordered ? "ol" : "ul", {}, ...lines.map((line) => element("li", {}, line)));
  return element("div", { class: "exercise-solution" }, element("p", {}, element("strong", {}, heading)), list);
}

/**
 * The correct values; of an amount that shares a total all that is reasonable, numbers as people write them.
 * @param {ExerciseData} data
 * @param {Variable} variable
 * @returns {string[]}
 */
function correctOf(data, variable) {
  const correct = data.correct[variable.id] ?? [];
  if (variable.base !== "float") return correct;
  const rule = data.rule.kind === "split" ? ruleOf(data.rule, variable.id) : null;
  const [low, high] = (rule?.kind === "in-range" && rule.ranges[0]) || [...correct, ...correct];
  const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 20 });
  return [[...new Set([low, high])].map((number) => format.format(Number(number))).join("–")];
}

/**
 * @param {HTMLFormElement} form
 * @param {Variable} variable
 * @param {string[]} correct
 * @param {boolean} named several variables: each line starts with the name of its control
 * @returns {string[]}
 */
function linesOf(form, variable, correct, named) {
  if (variable.base === "pair") return correct.map((pair) => pairLine(form, variable, pair));
  if (variable.cardinality === "ordered") return correct.map((item) => itemLabel(form, item));
  const found = controls(form, variable.id);
  const first = found[0];
  if (!first) return [];
  if (found.some(isToggle)) {
    return found.filter((control) => correct.includes(control.value)).map(optionLabel);
  }
  const unit = first.closest(".exercise-entry, .gap")?.querySelector(".exercise-unit")?.textContent ?? "";
  const text = correct[0] === undefined ? "" : `${wordsOf(first, correct[0])} ${unit}`.trim();
  return text ? [named && nameOf(first) ? `${nameOf(first)}: ${text}` : text] : [];
}

/**
 * @param {HTMLFormElement} form
 * @param {Variable} variable
 * @param {string} pair
 */
function pairLine(form, variable, pair) {
  const [source = "", target = ""] = pair.split(" ");
  const found = controls(form, `${variable.id}.${source}`);
  const control = found.find((radio) => isToggle(radio) && radio.value === target) ?? found[0];
  if (!control) return `${source} – ${target}`;
  const host = control.closest("[data-value]");
  const words = isToggle(control) ? optionLabel(control) : wordsOf(control, target);
  return `${host ? labelOf(host.querySelector("legend") ?? host) : nameOf(control)} – ${words}`;
}

/**
 * @param {Control} control
 * @param {string} value
 */
function wordsOf(control, value) {
  if (!(control instanceof HTMLSelectElement)) return value;
  return [...control.options].find((option) => option.value === value)?.text ?? value;
}

/** @param {Control} control */
function optionLabel(control) {
  const label = control.labels?.[0];
  return label ? labelOf(label) : labelOf(control.closest("[data-value]") ?? control);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} item
 */
function itemLabel(form, item) {
  const host = all(form, ".ordering > [data-value]").find((node) => node.dataset["value"] === item);
  return host ? labelOf(host) : item;
}
