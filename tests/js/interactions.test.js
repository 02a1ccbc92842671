/** Interactions in the words of both editions, with the limits of Moodle and of the standards. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, fields12, fields2004, interactionOf, timespan } from "../../packager/static/runtime/interactions.js";

const when = new Date(Date.UTC(2026, 10, 24, 9, 5, 7, 123));
const right = { points: 1, maximum: 1 };
const identifiers = (cardinality, values) => [{ id: "RESPONSE", cardinality, base: "identifier", values }];

/** Made-up exercise of one type, its answer as an interaction. */
function interaction(data, response, more = {}) {
  const whole = { id: "m1u1-frage", number: 1, title: "Größe der Stadt", points: 2, rule: { kind: "unscored" }, correct: {}, feedback: {}, notes: [], ...data };
  return interactionOf(whole, { id: whole.id, response, outcome: right, seconds: 65.5, when, language: "de", ...more });
}

const in12 = (made) => Object.fromEntries(fields12(made));
const in2004 = (made) => Object.fromEntries(fields2004(made));
const multiple = { type: "multiple-choice", interaction: "choice", variables: identifiers("multiple", ["scan", "ablauf", "amt_2"]), correct: { RESPONSE: ["scan", "ablauf"] } };

test("a choice in SCORM 1.2", () => {
  const fields = in12(interaction(multiple, { RESPONSE: ["scan", "amt_2"] }, { outcome: { points: 1, maximum: 2 } }));
  assert.match(fields.time, /^\d\d:05:07$/);
  delete fields.time;
  assert.deepEqual(fields, {
    id: "m1u1-frage", type: "choice", "correct_responses.0.pattern": "scan,ablauf", weighting: "2",
    student_response: "scan,amt_2", result: "wrong", latency: "0000:01:05.50",
  });
});

test("a choice in SCORM 2004: id and type come first", () => {
  const made = interaction(multiple, { RESPONSE: ["scan", "ablauf"] }, { when: new Date(2026, 10, 24, 9, 5, 7, 123) });
  assert.deepEqual(fields2004(made).slice(0, 2), [["id", "m1u1-frage"], ["type", "choice"]]);
  assert.deepEqual(in2004(made), {
    id: "m1u1-frage", type: "choice", timestamp: "2026-11-24T09:05:07", weighting: "2", learner_response: "scan[,]ablauf",
    "correct_responses.0.pattern": "scan[,]ablauf", result: "correct", latency: "PT1M5.5S", description: "Größe der Stadt",
  });
});

test("nothing is longer than the columns of ILIAS; half a pattern is none", () => {
  const values = Array.from({ length: 20 }, (_, place) => `antwort-ist-richtig-${place}`).map((id) => id.replaceAll("-", "_"));
  const long = { ...multiple, variables: identifiers("multiple", values), correct: { RESPONSE: values } };
  const fields = in2004(interaction(long, { RESPONSE: values }, { id: "x".repeat(300) }));
  assert.ok(fields.timestamp.length <= 20);
  assert.ok(fields.latency.length <= 20);
  assert.equal(fields.id.length, 255);
  assert.equal("correct_responses.0.pattern" in fields, false);
  assert.equal(fields.learner_response, values.join("[,]"));
});

test("an unanswered exercise has no learner response", () => {
  const fields = in2004(interaction(multiple, {}, { outcome: { points: 0, maximum: 2 } }));
  assert.equal("learner_response" in fields, false);
  assert.equal(fields.result, "incorrect");
});

test("true and false", () => {
  const made = interaction({ type: "true-false", interaction: "true-false", variables: identifiers("single", ["true", "false"]), correct: { RESPONSE: ["false"] } }, { RESPONSE: ["true"] });
  assert.equal(in12(made).student_response, "t");
  assert.equal(in12(made)["correct_responses.0.pattern"], "f");
  assert.equal(in2004(made).learner_response, "true");
});

test("pairs and sequences", () => {
  const pairs = interaction({ type: "matching", interaction: "matching", variables: [{ id: "RESPONSE", cardinality: "multiple", base: "pair", values: ["ozg", "nis2"], targets: ["bund", "eu"] }], correct: { RESPONSE: ["ozg bund", "nis2 eu"] } }, { RESPONSE: ["ozg bund", "nis2 bund"] });
  assert.equal(in12(pairs).student_response, "ozg.bund,nis2.bund");
  assert.equal(in2004(pairs).learner_response, "ozg[.]bund[,]nis2[.]bund");
  assert.equal(in2004(pairs)["correct_responses.0.pattern"], "ozg[.]bund[,]nis2[.]eu");
  const sequence = interaction({ type: "ordering", interaction: "sequencing", variables: identifiers("ordered", ["a", "b"]), correct: { RESPONSE: ["a", "b"] } }, { RESPONSE: ["b", "a"] });
  assert.equal(in12(sequence).student_response, "b,a");
  assert.equal(in2004(sequence).learner_response, "b[,]a");
});

const number = { type: "numeric", interaction: "numeric", variables: [{ id: "RESPONSE", cardinality: "single", base: "float" }], correct: { RESPONSE: ["820"] }, rule: { kind: "in-range", variable: "RESPONSE", ranges: [["815", "825", 100]], maximum: 100 } };

test("a number is sent as a number, however it was typed", () => {
  assert.equal(in12(interaction(number, { RESPONSE: ["1.234,50"] })).student_response, "1234.5");
  const fields = in2004(interaction(number, { RESPONSE: ["820,0"] }));
  assert.deepEqual([fields.type, fields.learner_response, fields["correct_responses.0.pattern"]], ["numeric", "820", "815[:]825"]);
});

test("a number beyond SCORM's reals becomes a text", () => {
  const fields = in2004(interaction(number, { RESPONSE: ["84.000.000"] }));
  assert.deepEqual([fields.type, fields.learner_response, fields["correct_responses.0.pattern"]], ["fill-in", "84000000", "820"]);
});

const gaps = (ids) => ({ type: "gap-text", interaction: "fill-in", variables: ids.map((id) => ({ id, cardinality: "single", base: "string" })), correct: Object.fromEntries(ids.map((id) => [id, ["ja"]])) });

test("every gap keeps its place, also an empty one", () => {
  const made = interaction(gaps(["eins", "zwei", "drei"]), { eins: ["OZG"], drei: ["für [,] {lang"] });
  assert.equal(in12(made).student_response, "OZG,,für [,] {lang");
  assert.equal(in2004(made).learner_response, "OZG[,][,]für (,) {lang");
});

test("retired gaps are not reported", () => {
  const data = gaps(["eins", "zwei"]);
  data.variables[0].retired = true;
  assert.equal(in12(interaction(data, { zwei: ["ja"] })).student_response, "ja");
});

test("more than ten gaps or a long text become a long fill-in", () => {
  const many = in2004(interaction(gaps(Array.from({ length: 11 }, (_, place) => `g${place}`)), { g0: ["a"], g10: ["b"] }));
  assert.equal(many.type, "long-fill-in");
  const long = in2004(interaction(gaps(["eins"]), { eins: ["x".repeat(5000)] }));
  assert.deepEqual([long.type, long.learner_response.length], ["long-fill-in", 4000]);
});

test("SCORM 1.2 texts stay within 255 characters, identifiers within printable ASCII", () => {
  const made = interaction(gaps(["eins"]), { eins: ["ä".repeat(300)] }, { id: "töst 1" });
  assert.equal(in12(made).student_response.length, 255);
  assert.equal(in12(made).id, "t_st_1");
});

test("a self-rating is neutral and has no pattern", () => {
  const statements = ["a", "b"].map((id) => ({ id, cardinality: "single", base: "identifier", values: ["1", "2", "3"] }));
  const made = interaction({ type: "self-rating", interaction: "likert", variables: statements }, { a: ["1"], b: ["3"] }, { outcome: null });
  assert.deepEqual([in12(made).type, in12(made).student_response, in12(made).result], ["fill-in", "1,3", "neutral"]);
  assert.equal("correct_responses.0.pattern" in in12(made), false);
  assert.deepEqual([in2004(made).type, in2004(made).learner_response], ["other", "1,3"]);
});

test("an extended text is not reported at all", () => {
  assert.equal(interaction({ type: "extended-text", interaction: null, variables: [] }, {}), null);
});

test("durations have at most two decimals and never run over", () => {
  assert.equal(duration(0), "PT0S");
  assert.equal(duration(59.999), "PT1M0S");
  assert.equal(duration(3661.239), "PT1H1M1.24S");
  assert.equal(timespan(59.999), "0000:01:00.00");
  assert.equal(timespan(36_000_000 * 4), "9999:00:00.00");
  assert.equal(timespan(-5), "0000:00:00.00");
});
