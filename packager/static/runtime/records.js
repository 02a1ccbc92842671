/**
 * Records of the saved state: an exercise's answer, an assessment's attempts. Every record describes itself.
 */

import { Damaged, encodeNumber, encodeText, Reader } from "./text.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Code} Code */
/** @typedef {import("./types.js").Test} Test */
/** @typedef {import("./types.js").Run} Run */

/** Their place is their code. */
const KINDS = /** @type {const} */ (["index", "pair", "text", "lost"]);
const CHECKED = 1;
const SOLUTION = 2;
const SCORED = 4;
const FLAGS = 8;

/**
 * @param {number} number
 * @param {Answer} answer
 */
export function encodeAnswer(number, answer) {
  const { tries, checked, solution, best, codes } = answer;
  const flags = (checked ? CHECKED : 0) + (solution ? SOLUTION : 0) + (best ? SCORED : 0) + tries * FLAGS;
  const outcome = best ? reduced(best.points, best.maximum) : [];
  return [number, flags, ...outcome].map(encodeNumber).join("") + trimmed(codes).map(encodeCode).join("");
}

/**
 * @param {Reader} reader
 * @param {Map<number, Answer>} answers
 */
export function decodeAnswer(reader, answers) {
  const number = reader.number();
  const flags = reader.number();
  const best = flags & SCORED ? { points: reader.number(), maximum: reader.number() } : null;
  if (best && (best.maximum === 0 || best.points > best.maximum)) throw new Damaged();
  const codes = /** @type {Code[]} */ ([]);
  while (!reader.done) codes.push(decodeCode(reader));
  const tries = Math.floor(flags / FLAGS);
  answers.set(number, { tries, checked: (flags & CHECKED) > 0, solution: (flags & SOLUTION) > 0, best, codes });
}

/**
 * 200 of 300 is stored as 2 of 3.
 * @param {number} points
 * @param {number} maximum
 */
function reduced(points, maximum) {
  let [a, b] = [maximum, points];
  while (b) [a, b] = [b, a % b];
  return [points / a, maximum / a];
}

/**
 * Without unanswered variables at the end.
 * @param {Code[]} codes
 */
function trimmed(codes) {
  let length = codes.length;
  while (length && isEmpty(codes[length - 1])) length -= 1;
  return codes.slice(0, length);
}

/** @param {Code | undefined} code */
function isEmpty(code) {
  return code === undefined || (code.kind !== "lost" && code.list.length === 0);
}

/** @param {Code} code */
function encodeCode(code) {
  const head = encodeNumber(isEmpty(code) ? 0 : KINDS.indexOf(code.kind) + KINDS.length * code.list.length);
  if (code.kind === "text") return head + code.list.map((text) => `${encodeText(text)}*`).join("");
  return head + code.list.map(encodeNumber).join("");
}

/**
 * @param {Reader} reader
 * @returns {Code}
 */
function decodeCode(reader) {
  const head = reader.number();
  const kind = /** @type {typeof KINDS[number]} */ (KINDS[head % KINDS.length]);
  const count = Math.floor(head / KINDS.length);
  if (kind === "lost") return { kind, list: [] };
  if (kind === "text") return { kind, list: reader.list(count, () => reader.string()) };
  return { kind, list: reader.list(count, () => reader.number()) };
}

/**
 * @param {number} number
 * @param {Test} test
 */
export function encodeTest(number, test) {
  const { scores, run } = test;
  return [number, scores.length, ...scores].map(encodeNumber).join("") + (run ? encodeRun(run) : "");
}

/** @param {Run} run */
function encodeRun(run) {
  const head = [Number(run.submitted), run.seed, run.position].map(encodeNumber).join("");
  const items = [...run.items].map(([number, item]) => {
    const codes = trimmed(item.codes);
    return encodeNumber(number) + encodeNumber(Number(item.checked) + 2 * codes.length) + codes.map(encodeCode).join("");
  });
  return head + items.join("");
}

/**
 * @param {Reader} reader
 * @param {Map<number, Test>} tests
 */
export function decodeTest(reader, tests) {
  const number = reader.number();
  const scores = reader.list(reader.number(), () => Math.min(reader.number(), 10_000));
  tests.set(number, { scores, run: null });
  if (!reader.done) tests.set(number, { scores, run: decodeRun(reader) });
}

/**
 * @param {Reader} reader
 * @returns {Run}
 */
function decodeRun(reader) {
  const run = { submitted: reader.number() === 1, seed: reader.number(), position: reader.number(), items: new Map() };
  while (!reader.done) {
    const number = reader.number();
    const head = reader.number();
    run.items.set(number, { checked: head % 2 === 1, codes: reader.list(Math.floor(head / 2), () => decodeCode(reader)) });
  }
  return run;
}
