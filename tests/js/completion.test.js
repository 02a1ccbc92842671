/** The completion policy: score and status of a module, and that neither ever falls back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyState } from "../../packager/static/runtime/codec.js";
import { keep, progress, weighted } from "../../packager/static/runtime/completion.js";
import { exampleModule } from "./states.js";

const assessment = { id: "t", number: 1, title: "Test", page: "p2", pass_mark: 60, attempts: 2, shuffle: true, feedback: "at-end", sections: [] };
const withTest = exampleModule({ assessments: [assessment] });

/** @param {{visited?: number[], scores?: number[], best?: [number, number, number][], status?: string, score?: number | null}} facts */
function state({ visited = [1, 2], scores, best = [], status = "incomplete", score = null } = {}) {
  const made = { ...emptyState(1), visited: new Set(visited), status, score };
  if (scores) made.tests.set(1, { scores, run: null });
  for (const [number, points, maximum] of best) {
    made.answers.set(number, { tries: 1, checked: true, solution: false, best: { points, maximum }, codes: [] });
  }
  return made;
}

/** @type {[string, object, object, object][]} */
const TABLE = [
  ["nothing done", withTest, state({ visited: [] }), { score: null, status: "incomplete" }],
  ["all pages, no test", withTest, state(), { score: null, status: "incomplete" }],
  ["test passed, a page missing", withTest, state({ visited: [1], scores: [8000] }), { score: 8000, status: "incomplete" }],
  ["test passed, all pages", withTest, state({ scores: [8000] }), { score: 8000, status: "passed" }],
  ["exactly the pass mark", withTest, state({ scores: [6000] }), { score: 6000, status: "passed" }],
  ["just below the pass mark", withTest, state({ scores: [5999] }), { score: 5999, status: "incomplete" }],
  ["failed once, attempts left", withTest, state({ scores: [1000] }), { score: 1000, status: "incomplete" }],
  ["failed, attempts used up", withTest, state({ scores: [1000, 3000] }), { score: 3000, status: "failed" }],
  ["the best attempt counts", withTest, state({ scores: [7000, 1000] }), { score: 7000, status: "passed" }],
  ["no limit of attempts never fails", exampleModule({ assessments: [{ ...assessment, attempts: 0 }] }), state({ scores: [0, 0, 0] }), { score: 0, status: "incomplete" }],
  ["no pass mark: completed", exampleModule({ assessments: [assessment], completion: { pass_mark: null } }), state({ scores: [100] }), { score: 100, status: "completed" }],
  ["no test: exercises by points, unanswered 0", exampleModule(), state({ best: [[2, 1, 1]] }), { score: 7500, status: "passed" }],
  ["no test, below the pass mark", exampleModule(), state({ best: [[1, 1, 1]] }), { score: 2500, status: "incomplete" }],
  ["what a person scores does not count", exampleModule(), state({ best: [[3, 1, 1]] }), { score: null, status: "incomplete" }],
  ["nothing to score: pages alone", exampleModule({ exercises: [], completion: { pass_mark: null } }), state(), { score: null, status: "completed" }],
];

for (const [name, module, before, expected] of TABLE) {
  test(`decides: ${name}`, () => assert.deepEqual(progress(module, before), expected));
}

test("a status that was reported never falls back, and failed may become passed", () => {
  assert.equal(keep("passed", "failed"), "passed");
  assert.equal(keep("passed", "incomplete"), "passed");
  assert.equal(keep("completed", "failed"), "completed");
  assert.equal(keep("completed", "incomplete"), "completed");
  assert.equal(keep("failed", "incomplete"), "failed");
  assert.equal(keep("failed", "passed"), "passed");
});

test("a score that was reported never falls, even if an update brings new exercises or pages", () => {
  const before = state({ visited: [1], best: [[1, 1, 1]], score: 9000, status: "passed" });
  assert.deepEqual(progress(exampleModule(), before), { score: 9000, status: "passed" });
});

test("weights by points and rounds once", () => {
  const third = { points: 1, maximum: 3 };
  assert.equal(weighted([{ points: 1, best: third }]), 3333);
  assert.equal(weighted([{ points: 1, best: third }, { points: 2, best: { points: 1, maximum: 1 } }, { points: 1, best: null }]), 5833);
  assert.equal(weighted([]), 0);
});
