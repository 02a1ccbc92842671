/**
 * Marks options, items and gaps as right, partly right, wrong or missed: `data-result`, a visible word, and a description for the control.
 */

import { all, element } from "./dom.js";
import { controls, isToggle } from "./response.js";
import { evaluate, ruleOf } from "./scoring.js";

/** @typedef {import("./types.js").ExerciseData} ExerciseData */
/** @typedef {import("./types.js").Response} Response */
/** @typedef {import("./types.js").Variable} Variable */
/** @typedef {import("./types.js").Translate} Translate */
/** @typedef {import("./response.js").Control} Control */
/** @typedef {"right" | "partly" | "wrong" | "missed"} Result */
/** @typedef {import("./types.js").Outcome} Outcome */
/** @typedef {{host: Element, control: Control | null, result: Result, word?: string}} Mark */

/**
 * Where „richtig“ beside an answer would speak of the statement and not of what was said about it.
 * @type {Record<string, string>}
 */
const WORDS = { kprim: "judged.", "true-false": "answer." };

/**
 * @param {HTMLFormElement} form
 * @param {ExerciseData} data
 * @param {Response} response
 * @param {{translate: Translate, language: string, reveal: boolean}} options reveal: also mark what was missed
 */
export function mark(form, data, response, options) {
  clearMarks(form);
  const marks = data.variables.flatMap((variable) => marksOf(form, data, variable, response, options.language));
  marks.filter(({ result }) => options.reveal || result !== "missed").forEach((entry, index) => {
    // KERN draws a select inside of a wrapper; the word stands behind that.
    const wrapper = entry.host.closest(".kern-form-input__select-wrapper");
    const spots = all(form, "[data-spot]").filter((spot) => spot.dataset["spot"] === entry.control?.value);
    for (const node of [entry.host, wrapper, ...spots]) node?.setAttribute("data-result", entry.result);
    const id = `${form.id}-mark-${index + 1}`;
    const word = element("span", { class: "exercise-mark", id }, options.translate(`mark.${entry.word ?? entry.result}`));
    if (entry.host === entry.control) (wrapper ?? entry.host).after(word);
    else entry.host.append(word);
    if (entry.control) describe(entry.control, id);
  });
}

/**
 * Leads to the control that keeps an answer from being scored, and tells there why.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} words
 * @param {HTMLElement | undefined} control
 */
export function markFault(form, words, control) {
  clearMarks(form);
  words.id = `${form.id}-mark-0`;
  if (control?.matches("[type=text]")) {
    control.setAttribute("aria-invalid", "true");
    describe(control, words.id);
  }
  control?.focus();
}

/** @param {HTMLFormElement} form */
export function clearMarks(form) {
  for (const node of all(form, "[data-result]")) node.removeAttribute("data-result");
  for (const word of all(form, ".exercise-mark")) word.remove();
  for (const node of all(form, "[aria-describedby]")) {
    node.removeAttribute("aria-invalid");
    const kept = (node.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.startsWith(`${form.id}-mark-`));
    if (kept.length) node.setAttribute("aria-describedby", kept.join(" "));
    else node.removeAttribute("aria-describedby");
  }
}

/**
 * @param {Element} control
 * @param {string} id
 */
function describe(control, id) {
  const before = control.getAttribute("aria-describedby");
  control.setAttribute("aria-describedby", before ? `${before} ${id}` : id);
}

/**
 * @param {HTMLFormElement} form
 * @param {ExerciseData} data
 * @param {Variable} variable
 * @param {Response} response
 * @param {string} language
 * @returns {Mark[]}
 */
function marksOf(form, data, variable, response, language) {
  const correct = data.correct[variable.id] ?? [];
  const given = response[variable.id] ?? [];
  const words = WORDS[data.type] ?? "";
  if (variable.base === "pair") return pairMarks(form, variable, given, correct, words);
  if (variable.cardinality === "ordered") return orderMarks(form, given, correct);
  const found = controls(form, variable.id);
  if (data.rule.kind === "path") return pathMarks(found, given[0], data.rule.steps[variable.id] ?? {});
  const rule = ruleOf(data.rule, variable.id);
  /** @param {string[]} values */
  const outcome = (values) => rule && evaluate(rule, { [variable.id]: values }, language);
  if (found.some(isToggle)) {
    return correct.length ? toggleMarks(found, given, correct, (value) => earns(outcome([value])), words) : [];
  }
  const reached = outcome(given);
  if (!reached) return [];
  const result = resultOf(true, reached.points === reached.maximum, earns(reached)) ?? "wrong";
  // Nothing may be what is wanted of a total, but it fills no gap.
  const word = given.length || data.rule.kind === "split" ? result : "open";
  return found.map((control) => ({ host: control, control, result, word }));
}

/** @param {Outcome | null} outcome */
function earns(outcome) {
  return outcome !== null && outcome.points > 0;
}

/**
 * @param {Control[]} found
 * @param {string[]} given
 * @param {string[]} correct
 * @param {(value: string) => boolean} partly a value that is not right earns something all the same
 * @param {string} words
 * @returns {Mark[]}
 */
function toggleMarks(found, given, correct, partly, words) {
  return found.flatMap((control) => {
    const { value } = control;
    const result = resultOf(given.includes(value), correct.includes(value), partly(value));
    return result ? [{ host: control.closest("[data-value]") ?? control, control, result, word: `${words}${result}` }] : [];
  });
}

/**
 * A decision is as good as what it is worth beside the other ones of its step, even off the best way.
 * @param {Control[]} found
 * @param {string | undefined} decision
 * @param {Record<string, [credit: number, next: string]>} branches
 * @returns {Mark[]}
 */
function pathMarks(found, decision, branches) {
  const best = Math.max(...Object.values(branches).map(([credit]) => credit));
  const good = Object.keys(branches).filter((value) => branches[value]?.[0] === best);
  if (decision === undefined) return [];
  const right = good.includes(decision) ? [decision] : good;
  return toggleMarks(found, [decision], right, (value) => (branches[value]?.[0] ?? 0) > 0, "");
}

/**
 * @param {boolean} chosen
 * @param {boolean} right
 * @param {boolean} [partly]
 * @returns {Result | null}
 */
function resultOf(chosen, right, partly = false) {
  if (chosen) return right ? "right" : partly ? "partly" : "wrong";
  return right ? "missed" : null;
}

/**
 * @param {HTMLFormElement} form
 * @param {Variable} variable
 * @param {string[]} given
 * @param {string[]} correct
 * @param {string} words
 * @returns {Mark[]}
 */
function pairMarks(form, variable, given, correct, words) {
  return (variable.values ?? []).flatMap((source) => {
    const found = controls(form, `${variable.id}.${source}`);
    const control = found.find((radio) => isToggle(radio) && /** @type {HTMLInputElement} */ (radio).checked) ?? found[0];
    const pair = given.find((value) => value.startsWith(`${source} `));
    const expected = correct.some((value) => value.startsWith(`${source} `));
    const result = resultOf(pair !== undefined, pair === undefined ? expected : correct.includes(pair));
    const word = result === "missed" ? "open" : `${words}${result}`;
    return control && result ? [{ host: control.closest("[data-value]") ?? control, control, result, word }] : [];
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string[]} given
 * @param {string[]} correct
 * @returns {Mark[]}
 */
function orderMarks(form, given, correct) {
  const hosts = new Map(all(form, ".ordering > [data-value]").map((host) => [host.dataset["value"], host]));
  return given.flatMap((item, index) => {
    const host = hosts.get(item);
    return host ? [{ host, control: null, result: correct[index] === item ? "right" : "wrong" }] : [];
  });
}
