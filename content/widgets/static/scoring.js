/**
 * Evaluates scoring rules exactly as `content/scoring.py` does; both are held together by tests/vectors/scoring.json
 * (QTI 2.1 Implementation Guide, sections 2.3 and 8: match_correct, map_response).
 */

import { compareDecimals, parseNumber, sumDecimals } from "./decimal.js";

/** @typedef {import("./types.js").Rule} Rule */
/** @typedef {import("./types.js").Response} Response */
/** @typedef {import("./types.js").Outcome} Outcome */

/** White space as Python's `str.split()` sees it: it differs from `\s` by U+001C–001F, U+0085 and U+FEFF. */
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const DOUBLE_QUOTES = /[„“”«»\u201f]/g;
const SINGLE_QUOTES = /[‚‘’‹›\u201b]/g;

/**
 * The outcome of a response, or null where no machine can tell.
 * @param {Rule} rule
 * @param {Response} response
 * @param {string} [language]
 * @returns {Outcome | null}
 */
export function evaluate(rule, response, language = "de") {
  switch (rule.kind) {
    case "match-correct":
      return outcome(Number(matches(given(rule, response), rule.correct, rule.ordered === true)), 1);
    case "map-response":
      return outcome(mapped(rule, given(rule, response)), rule.maximum);
    case "map-position":
      return outcome(samePlaces(given(rule, response), rule.correct), rule.correct.length);
    case "match-text":
      return outcome(textCredit(rule, given(rule, response)), rule.maximum);
    case "in-range":
      return outcome(rangeCredit(rule, given(rule, response), language), rule.maximum);
    case "sum":
      return total(rule.parts.map((part) => evaluate(part, response, language)));
    case "graded":
      return graded(rule, evaluate(rule.part, response, language));
    case "path":
      return outcome(Math.min(rule.maximum, pathCredit(rule, response)), rule.maximum);
    case "split":
      return outcome(compareDecimals(spent(rule, response, language), rule.total) > 0 ? 0
        : total(rule.parts.map((part) => evaluate(part, response, language)))?.points ?? 0, rule.maximum);
    default:
      return null;
  }
}

/**
 * The form in which typed texts are compared: NFC, single spaces, plain dashes and quotes, lower case.
 * @param {string} text
 * @param {boolean} caseSensitive
 */
export function normalised(text, caseSensitive = false) {
  const plain = text.normalize("NFC").replace(SPACE, " ").replace(/^ | $/g, "").replace(DASHES, "-")
    .replace(DOUBLE_QUOTES, '"').replace(SINGLE_QUOTES, "'");
  return caseSensitive ? plain : plain.toLowerCase();
}

/**
 * The rule that scores one variable alone: the rule itself or a part of it.
 * @param {Rule} rule
 * @param {string} variable
 * @returns {Rule | null}
 */
export function ruleOf(rule, variable) {
  if (rule.kind === "graded") return ruleOf(rule.part, variable);
  if ("parts" in rule) return rule.parts.map((part) => ruleOf(part, variable)).find((part) => part) ?? null;
  return "variable" in rule && rule.variable === variable ? rule : null;
}

/**
 * @param {number} points
 * @param {number} maximum
 * @returns {Outcome}
 */
function outcome(points, maximum) {
  return { points, maximum };
}

/**
 * @param {{variable: string}} rule
 * @param {Response} response
 */
function given(rule, response) {
  return response[rule.variable] ?? [];
}

/**
 * @param {string[]} values
 * @param {string[]} correct
 * @param {boolean} ordered
 */
function matches(values, correct, ordered) {
  if (ordered) return values.length === correct.length && samePlaces(values, correct) === correct.length;
  const wanted = new Set(correct);
  const distinct = new Set(values);
  return distinct.size === wanted.size && [...distinct].every((value) => wanted.has(value));
}

/**
 * @param {string[]} values
 * @param {string[]} correct
 */
function samePlaces(values, correct) {
  return correct.filter((value, index) => value === values[index]).length;
}

/**
 * @param {Extract<Rule, {kind: "map-response"}>} rule
 * @param {string[]} values
 */
function mapped(rule, values) {
  const known = new Map(Object.entries(rule.mapping));
  const sum = [...new Set(values)].reduce((points, value) => points + (known.get(value) ?? rule.default), 0);
  return Math.max(0, Math.min(rule.maximum, sum));
}

/**
 * @param {Extract<Rule, {kind: "match-text"}>} rule
 * @param {string[]} values
 */
function textCredit(rule, values) {
  const texts = new Set(values.map((value) => normalised(value, rule.case_sensitive)));
  const hits = rule.accepted.filter(([text]) => texts.has(normalised(text, rule.case_sensitive)));
  return Math.max(0, ...hits.map(([, credit]) => credit));
}

/**
 * @param {Extract<Rule, {kind: "in-range"}>} rule
 * @param {string[]} values
 * @param {string} language
 */
function rangeCredit(rule, values, language) {
  const numbers = values.map((value) => parseNumber(value, language)).filter((number) => number !== null);
  const hits = rule.ranges.filter(([low, high]) =>
    numbers.some((number) => compareDecimals(low, number) <= 0 && compareDecimals(number, high) <= 0));
  return Math.max(0, ...hits.map(([, , credit]) => credit));
}

/**
 * @param {Extract<Rule, {kind: "graded"}>} rule
 * @param {Outcome | null} part
 * @returns {Outcome | null}
 */
function graded(rule, part) {
  return part && outcome(rule.credits[part.points] ?? 0, rule.maximum);
}

/**
 * The decisions that an answer takes, and the step that is still to be decided (empty: the way is at its end).
 * @param {Extract<Rule, {kind: "path"}>} rule
 * @param {Response} response
 * @returns {{way: [variable: string, value: string][], open: string}}
 */
export function wayOf(rule, response) {
  /** @type {[string, string][]} */
  const way = [];
  for (let at = rule.start; at;) {
    const value = response[at]?.[0] ?? "";
    const branch = new Map(Object.entries(rule.steps[at] ?? {})).get(value);
    if (!branch) return { way, open: at };
    way.push([at, value]);
    at = branch[1];
  }
  return { way, open: "" };
}

/**
 * @param {Extract<Rule, {kind: "path"}>} rule
 * @param {Response} response
 */
function pathCredit(rule, response) {
  return wayOf(rule, response).way.reduce((sum, [variable, value]) => sum + (rule.steps[variable]?.[value]?.[0] ?? 0), 0);
}

/**
 * What is shared out; a text that is no number counts nothing.
 * @param {Extract<Rule, {kind: "split"}>} rule
 * @param {Response} response
 * @param {string} language
 */
export function spent(rule, response, language) {
  const texts = rule.parts.flatMap((part) => ("variable" in part ? given(part, response) : []));
  return sumDecimals(texts.map((text) => parseNumber(text, language) ?? "0"));
}

/**
 * @param {(Outcome | null)[]} outcomes
 * @returns {Outcome | null}
 */
function total(outcomes) {
  const known = outcomes.filter((part) => part !== null);
  if (!known.length) return null;
  return known.reduce((sum, part) => outcome(sum.points + part.points, sum.maximum + part.maximum));
}
