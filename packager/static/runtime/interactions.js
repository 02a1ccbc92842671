/**
 * One checked answer as a SCORM interaction, in the words that each edition allows
 * (SCORM 1.2 RTE 3.4.7; SCORM 2004 4th Edition RTE 4.2.9), within the limits that Moodle and ILIAS set.
 */

import { parseNumber } from "../../../content/widgets/static/decimal.js";

/** @typedef {import("./types.js").Interaction} Interaction */
/** @typedef {import("../../../content/widgets/static/types.js").ExerciseData} ExerciseData */
/** @typedef {import("../../../content/widgets/static/types.js").Response} Response */
/** @typedef {import("../../../content/widgets/static/types.js").Outcome} Outcome */
/** @typedef {import("../../../content/widgets/static/types.js").Rule} Rule */
/** @typedef {[element: string, value: string]} Field */

/** CMIFeedback and CMIString255. */
const LIMIT_12 = 255;
/** Localized strings of a fill-in answer and of a description. */
const LIMIT_2004 = 250;
const LIMIT_LONG = 4000;
/**
 * ILIAS 8 to 10 keep identifiers and patterns of SCORM 2004 in columns of 255 characters, times in one of 20. What is
 * longer is no mere loss: the database refuses it, and the learning progress stays behind (Mantis 45858, 47789, 47790).
 */
const LIMIT_COLUMN = 255;
/** SCORM 2004: a fill-in answer has at most ten parts. */
const PARTS_2004 = 10;
const REAL = /^-?\d{1,5}(\.\d{1,18})?$/;
const TOKEN = /^[\w.]{1,250}$/;

/**
 * @param {ExerciseData} data
 * @param {{id: string, response: Response, outcome: Outcome | null, seconds: number, when: Date, language: string}} answer
 * @returns {Interaction | null} null where this type is not reported
 */
export function interactionOf(data, { id, response, outcome, seconds, when, language }) {
  if (!data.interaction) return null;
  const solved = outcome && outcome.points === outcome.maximum;
  return {
    id, type: data.interaction, description: data.title, seconds, when, weighting: data.points,
    response: values(data, response, language),
    // Of the many ways to share out a total one pattern would tell the others wrong.
    pattern: outcome && data.rule.kind !== "split" ? values(data, data.correct, language) : [],
    range: fullRange(data.rule),
    result: outcome === null ? "neutral" : solved ? "correct" : "wrong",
  };
}

/**
 * All values in a row; of typed answers and of several variables exactly one each, so that every gap keeps its place.
 * @param {ExerciseData} data
 * @param {Response} response
 * @param {string} language
 * @returns {string[]}
 */
function values(data, response, language) {
  const variables = data.variables.filter(({ retired }) => !retired);
  const all = variables.map(({ id, base }) => {
    const given = response[id] ?? [];
    return base === "float" ? given.map((text) => parseNumber(text, language) ?? text) : given;
  });
  const [first] = variables;
  if (variables.length === 1 && first?.base !== "string" && first?.base !== "float") return all.flat();
  return all.some((given) => given.length) ? all.map((given) => given[0] ?? "") : [];
}

/**
 * @param {Rule} rule
 * @returns {[string, string] | null}
 */
function fullRange(rule) {
  if (rule.kind !== "in-range") return null;
  const full = rule.ranges.find(([, , credit]) => credit === rule.maximum);
  return full ? [full[0], full[1]] : null;
}

/**
 * The elements below `cmi.interactions.n.` in SCORM 1.2, in the order of writing.
 * @param {Interaction} interaction
 * @returns {Field[]}
 */
export function fields12(interaction) {
  const { result, weighting, seconds, when } = interaction;
  // A likert answer is one character; several statements are one text.
  const type = interaction.type === "likert" && interaction.response.length > 1 ? "fill-in" : interaction.type;
  const pattern = answer12(type, interaction.pattern);
  const id = interaction.id.replace(/[^\x21-\x7e]/g, "_").slice(0, LIMIT_12);
  return [
    ["id", id],
    ["time", [when.getHours(), when.getMinutes(), when.getSeconds()].map(twoDigits).join(":")],
    ["type", type],
    ...(pattern ? [/** @type {Field} */ (["correct_responses.0.pattern", pattern])] : []),
    ["weighting", String(weighting)],
    ["student_response", answer12(type, interaction.response)],
    ["result", result],
    ["latency", timespan(seconds)],
  ];
}

/**
 * @param {string} type
 * @param {string[]} values
 */
function answer12(type, values) {
  if (type === "true-false") return (values[0] ?? "").slice(0, 1);
  if (type === "matching") return values.map((pair) => pair.replace(" ", ".")).join(",").slice(0, LIMIT_12);
  return values.join(",").replace(/\s+/g, " ").slice(0, LIMIT_12);
}

/**
 * The elements below `cmi.interactions.n.` in SCORM 2004, in the order of writing: id and type have to come first.
 * @param {Interaction} interaction
 * @returns {Field[]}
 */
export function fields2004(interaction) {
  const { description, result, weighting, seconds, when } = interaction;
  const { type, response, pattern } = typed2004(interaction);
  // Half a pattern would tell right answers wrong.
  const whole = pattern.length <= LIMIT_COLUMN ? pattern : "";
  const optional = /** @type {Field[]} */ ([["learner_response", response], ["correct_responses.0.pattern", whole]]);
  return [
    ["id", interaction.id.slice(0, LIMIT_COLUMN)],
    ["type", type],
    ["timestamp", localTime(when)],
    ["weighting", String(weighting)],
    ...optional.filter(([, value]) => value !== ""),
    ["result", result === "wrong" ? "incorrect" : result],
    ["latency", duration(seconds)],
    ...(description ? [/** @type {Field} */ (["description", description.slice(0, LIMIT_2004)])] : []),
  ];
}

/**
 * Type and values that are legal together; what a type cannot say is sent as a (long) fill-in.
 * @param {Interaction} interaction
 * @returns {{type: string, response: string, pattern: string}}
 */
export function typed2004({ type, response, pattern, range }) {
  if (type === "numeric") {
    const bounds = range ?? [pattern[0] ?? "", pattern[0] ?? ""];
    const legal = [...response, ...bounds].every((value) => REAL.test(value));
    if (legal) return { type, response: response[0] ?? "", pattern: bounds.join("[:]") };
    return fillIn(response, pattern);
  }
  if (type === "fill-in" || type === "long-fill-in") return fillIn(response, pattern);
  if (type === "likert" && response.length > 1) return { type: "other", response: response.join(","), pattern: "" };
  const tokens = [response, pattern].map((values) => values.map((value) => value.replace(" ", "[.]")));
  const legal = tokens.flat().every((value) => value.split("[.]").every((token) => TOKEN.test(token)));
  if (!legal) return fillIn(response, pattern);
  return { type, response: tokens[0]?.join("[,]") ?? "", pattern: tokens[1]?.join("[,]") ?? "" };
}

/**
 * @param {string[]} response
 * @param {string[]} pattern
 */
function fillIn(response, pattern) {
  const all = [...response, ...pattern];
  const long = Math.max(response.length, pattern.length) > PARTS_2004 || all.some((text) => text.length > LIMIT_2004);
  const type = long ? "long-fill-in" : "fill-in";
  /** @param {string[]} values */
  const join = (values) => values.map(plain).join(long ? " | " : "[,]").slice(0, LIMIT_LONG);
  return { type, response: join(response), pattern: join(pattern) };
}

/**
 * One line, and nothing that reads as a delimiter or a `{lang=…}` prefix.
 * @param {string} text
 */
function plain(text) {
  return text.replace(/\s+/g, " ").replace(/\[([,.:])\]/g, "($1)").replace(/^\{/, "(");
}

/**
 * SCORM 1.2 CMITimespan `HHHH:MM:SS.SS`, SCORM 1.2 RTE 3.4.2.
 * @param {number} seconds
 */
export function timespan(seconds) {
  const [hours, minutes, rest] = parts(seconds);
  return `${String(Math.min(9999, hours)).padStart(4, "0")}:${twoDigits(minutes)}:${rest.toFixed(2).padStart(5, "0")}`;
}

/**
 * ISO 8601 duration with at most two decimals (SCORM 2004 4th Edition RTE 4.1.1.7).
 * @param {number} seconds
 */
export function duration(seconds) {
  const [hours, minutes, rest] = parts(seconds);
  return `PT${hours ? `${hours}H` : ""}${minutes ? `${minutes}M` : ""}${rest}S`;
}

/**
 * Hours, minutes and seconds, the latter with at most two decimals.
 * @param {number} seconds
 * @returns {[hours: number, minutes: number, rest: number]}
 */
function parts(seconds) {
  const hundredths = Math.round(Math.max(0, seconds) * 100);
  return [Math.floor(hundredths / 360_000), Math.floor(hundredths / 6000) % 60, (hundredths % 6000) / 100];
}

/**
 * Local time without zone (SCORM 2004 4th Edition RTE 4.1.1.6): a zone is legal only after a fraction, and with both
 * it is longer than the 20 characters that ILIAS keeps.
 * @param {Date} when
 */
function localTime(when) {
  return new Date(when.getTime() - when.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** @param {number} number */
function twoDigits(number) {
  return String(number).padStart(2, "0");
}
