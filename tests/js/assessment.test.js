/** The rules of an assessment: drawing, order, attempts, score. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptsLeft, drawnEntries, newRun, scoreOf } from "../../packager/static/runtime/assessment.js";

const entries = Array.from({ length: 12 }, (_, index) => ({ id: `x${index}`, number: 100 + index, points: 1 + (index % 2), type: "single-choice", page: null, scored: true }));
const ids = entries.map(({ id }) => id);
const assessment = { id: "t", number: 1, title: "Test", page: "p", pass_mark: 60, attempts: 3, shuffle: true, feedback: "at-end",
  sections: [{ title: "A", draw: 2, exercises: ids.slice(0, 6) }, { title: "B", exercises: ids.slice(6, 9) }] };
const numbers = (run) => [...run.items.keys()];
const section = (number) => (number < 106 ? "A" : "B");

test("every attempt draws as many as its sections want, each at most once, section after section", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const drawn = numbers(newRun(assessment, entries, seed));
    assert.equal(new Set(drawn).size, 5);
    assert.equal(drawn.map(section).join(""), "AABBB");
  }
});

test("one seed always draws the same, and over many seeds everything is drawn", () => {
  assert.deepEqual(numbers(newRun(assessment, entries, 5)), numbers(newRun(assessment, entries, 5)));
  const seen = new Set(Array.from({ length: 100 }, (_, seed) => numbers(newRun(assessment, entries, seed))).flat());
  assert.equal(seen.size, 9);
});

test("without shuffling the order is the author's", () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const drawn = numbers(newRun({ ...assessment, shuffle: false }, entries, seed));
    assert.deepEqual(drawn, [...drawn].sort((a, b) => a - b));
  }
});

test("an update of the pool leaves an attempt that has begun as it is, without what is gone", () => {
  const run = newRun({ ...assessment, shuffle: false, sections: [{ exercises: ids.slice(0, 4) }] }, entries, 1);
  const update = [{ id: "new", number: 500, points: 1, type: "x", page: null, scored: true }, ...entries.toReversed().filter(({ number }) => number !== 102)];
  assert.deepEqual(drawnEntries(run, update).map(({ number }) => number), [100, 101, 103]);
});

test("a section may name an exercise that is not there, and more draws than it has", () => {
  const run = newRun({ ...assessment, sections: [{ draw: 9, exercises: ["x0", "gone", "x1"] }] }, entries, 1);
  assert.deepEqual(numbers(run).sort(), [100, 101]);
});

test("attempts are counted by submissions, and 0 means no limit", () => {
  assert.equal(attemptsLeft(assessment, undefined), 3);
  assert.equal(attemptsLeft(assessment, { scores: [1, 2], run: null }), 1);
  assert.equal(attemptsLeft(assessment, { scores: [1, 2, 3, 4], run: null }), 0);
  assert.equal(attemptsLeft({ ...assessment, attempts: 0 }, { scores: [1, 2], run: null }), Infinity);
});

test("the score weighs by points, counts what is open as 0 and leaves out what a person scores", () => {
  const data = (entry, rule) => ({ id: entry.id, number: entry.number, type: "single-choice", variables: [{ id: "R", cardinality: "single", base: "identifier", values: ["a", "b"] }],
    rule: rule ?? { kind: "match-correct", variable: "R", correct: ["b"], maximum: 1 } });
  const [one, two, open, essay] = entries;
  const drawn = [one, two, open].map((entry) => ({ entry, data: data(entry) })).concat({ entry: essay, data: data(essay, { kind: "manual", maximum: 6 }) });
  const run = { seed: 1, submitted: false, position: 0, items: new Map([
    [one.number, { checked: false, codes: [{ kind: "index", list: [0] }] }], [two.number, { checked: false, codes: [{ kind: "index", list: [1] }] }],
    [open.number, { checked: false, codes: [] }], [essay.number, { checked: false, codes: [] }]]) };
  assert.equal(scoreOf(run, drawn, "de"), 5000);
});
