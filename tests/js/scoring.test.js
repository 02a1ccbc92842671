/** Scoring in JavaScript against our own examples and against the vectors that Python wrote. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { compareDecimals, parseNumber } from "../../content/widgets/static/decimal.js";
import { evaluate, normalised, ruleOf } from "../../content/widgets/static/scoring.js";

const VECTORS = new URL("../vectors/scoring.json", import.meta.url);

const choice = { kind: "match-correct", variable: "R", correct: ["a", "b"], ordered: false, maximum: 1 };
const weighted = { kind: "map-response", variable: "R", mapping: { a: 1, b: 1, c: -1 }, default: -1, maximum: 2 };
const order = { kind: "map-position", variable: "R", correct: ["a", "b", "c"], maximum: 3 };
const text = { kind: "match-text", variable: "R", accepted: [["Onlinezugangsgesetz", 100], ["Zugangsgesetz", 50]], case_sensitive: false, maximum: 100 };
const range = { kind: "in-range", variable: "R", ranges: [["815", "825", 100], ["73", "73", 25]], maximum: 100 };
const gaps = { kind: "sum", parts: [{ ...text, variable: "gesetz" }, { ...range, variable: "jahr" }], maximum: 200 };

/** @type {[string, object, object, object | null, string?][]} */
const OWN = [
  ["the right set in any order", choice, { R: ["b", "a"] }, { points: 1, maximum: 1 }],
  ["one option missing", choice, { R: ["a"] }, { points: 0, maximum: 1 }],
  ["a wrong order where the order counts", { ...choice, ordered: true }, { R: ["b", "a"] }, { points: 0, maximum: 1 }],
  ["a value given twice counts once", weighted, { R: ["a", "a"] }, { points: 1, maximum: 2 }],
  ["wrong values never go below nothing", weighted, { R: ["c", "x"] }, { points: 0, maximum: 2 }],
  ["places that agree", order, { R: ["a", "c", "b"] }, { points: 1, maximum: 3 }],
  ["no answer", order, {}, { points: 0, maximum: 3 }],
  ["a text in another case with more spaces", text, { R: ["  online\u00a0ZugangsGesetz "] }, { points: 0, maximum: 100 }],
  ["a text in another case", text, { R: [" onlineZUGANGSgesetz\n"] }, { points: 100, maximum: 100 }],
  ["the second-best text", text, { R: ["zugangsgesetz"] }, { points: 50, maximum: 100 }],
  ["a number at the bound, written in German", range, { R: ["825,0"] }, { points: 100, maximum: 100 }],
  ["a number beyond the bound", range, { R: ["825,01"] }, { points: 0, maximum: 100 }],
  ["gaps count the same", gaps, { gesetz: ["Onlinezugangsgesetz"], jahr: ["2017"] }, { points: 100, maximum: 200 }],
  ["what a person scores has no outcome", { kind: "manual", maximum: 6 }, { R: ["…"] }, null],
  ["what nobody scores has no outcome", { kind: "unscored" }, {}, null],
];

for (const [name, rule, response, outcome, language = "de"] of OWN) {
  test(`evaluates ${name}`, () => assert.deepEqual(evaluate(rule, response, language), outcome));
}

test("scores every shared vector as Python does", { skip: !existsSync(VECTORS) && "tests/vectors/scoring.json is not there" }, () => {
  const vectors = JSON.parse(readFileSync(VECTORS, "utf8"));
  assert.ok(vectors.length > 0);
  for (const { name, rule, language, response, outcome } of vectors) {
    assert.deepEqual(evaluate(rule, response, language), outcome, name);
  }
});

test("reads numbers as people write them", () => {
  const german = { "1.234,5": "1234.5", "1.234": "1234", "1.2": "1.2", "1,234": "1.234", "12 000": "12000", "−3": "-3", "+7": "7", "0,50": "0.5", ",5": "0.5", "5.": "5", "-0": "0", "007": "7" };
  for (const [written, number] of Object.entries(german)) assert.equal(parseNumber(written, "de"), number, written);
  assert.equal(parseNumber("1.234", "en"), "1.234");
  assert.equal(parseNumber("1,234.5", "en"), "1234.5");
});

test("takes nothing for a number that is none", () => {
  for (const written of ["", "viel", "1,2,3", "1e5", "12 Euro", "--", ".", "1.2.3", "0x10", "Infinity"]) {
    assert.equal(parseNumber(written, "de"), null, written);
  }
});

test("compares decimals without rounding", () => {
  assert.equal(compareDecimals("0.1", "0.10"), 0);
  assert.equal(compareDecimals("9007199254740993.1", "9007199254740993.2"), -1);
  assert.equal(compareDecimals("-2", "-10.5"), 1);
});

test("compares texts without regard to dashes, quotes and composed letters", () => {
  assert.equal(normalised("Ko\u0308ln – „Süd“"), normalised("köln - \"süd\""));
  assert.notEqual(normalised("OZG", true), normalised("ozg", true));
});

test("finds the rule of one gap", () => {
  assert.equal(ruleOf(gaps, "jahr")?.kind, "in-range");
  assert.equal(ruleOf(gaps, "fehlt"), null);
});
