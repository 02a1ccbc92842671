/** The saved state: round trips, room, damage, updates of the module, overflow. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { toAnswer, toCodes, toResponse, toSaved } from "../../packager/static/runtime/answers.js";
import { decode, emptyState, encode } from "../../packager/static/runtime/codec.js";
import { fit } from "../../packager/static/runtime/fit.js";
import { anyState, chance, typed } from "./states.js";

const LIMIT = 4096;
const answer = (codes, more = {}) => ({ tries: 2, checked: true, solution: false, best: { points: 100, maximum: 100 }, codes, ...more });
const text = (words) => ({ kind: "text", list: [words] });
const index = (...list) => ({ kind: "index", list });

/** 60 pages, 150 exercises of mixed types, a drawn test with three attempts of which the last is kept. */
function fullModule() {
  const state = { ...emptyState(777_777), status: "incomplete", score: 8333, place: 60, journal: 412, told: false };
  for (let page = 1; page <= 60; page += 1) state.visited.add(page);
  for (let number = 1; number <= 150; number += 1) {
    const best = [{ points: 100, maximum: 100 }, { points: 50, maximum: 100 }, { points: 2, maximum: 3 }, { points: 67, maximum: 100 }][number % 4];
    const codes = number <= 40 ? [text(typed(25, number))]
      : number <= 70 ? [{ kind: "pair", list: [0, 1, 1, 0, 2, 4, 3, 2, 4, 3] }]
        : number <= 90 ? [index(5, 4, 3, 2, 1, 0)]
          : number <= 110 ? [index(0, 2, 3)]
            : number <= 120 ? [index(3), index(0), index(12)] : [index(number % 5)];
    state.answers.set(number, answer(codes, { best }));
  }
  const items = Array.from({ length: 12 }, (_, place) => [151 + place, { checked: false, codes: [place < 4 ? text(typed(25, place)) : index(place % 4)] }]);
  state.tests.set(1, { scores: [4200, 5833, 8333], run: { seed: 99_999, submitted: true, position: 11, items: new Map(items) } });
  return state;
}

test("a module of 60 pages and 150 exercises with typed answers fits in 4,096 characters", (context) => {
  const state = fullModule();
  const encoded = encode(state);
  context.diagnostic(`${encoded.length} characters`);
  assert.ok(encoded.length <= LIMIT, `${encoded.length}`);
  assert.deepEqual(fit(state, LIMIT), { text: encoded, lost: false });
  assert.equal(encode(decode(encoded, 1)), encoded);
});

test("any state comes back as it was", () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const state = anyState(seed);
    const copy = decode(encode(state), 1);
    assert.deepEqual(copy, state, `seed ${seed}`);
    assert.deepEqual([...copy.answers.keys()], [...state.answers.keys()], `order of answers, seed ${seed}`);
  }
});

test("the state holds only characters that survive a database of 3-byte utf8 and an HTML filter", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    assert.match(encode(anyState(seed)), /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff<>&"'\\\u2028\u2029\ufeff]*$/u, `seed ${seed}`);
  }
});

test("garbage never throws and never invents a finished module", () => {
  for (let seed = 1; seed <= 2000; seed += 1) {
    const any = chance(seed);
    const garbage = any.text(200);
    assert.doesNotThrow(() => decode(garbage, 1));
    if (!garbage.startsWith("1=")) assert.deepEqual(decode(garbage, 5), emptyState(5));
  }
});

test("a damaged state never throws, can be saved again, and keeps what is not damaged", () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const any = chance(seed);
    const encoded = encode(anyState(seed));
    const place = any.below(encoded.length);
    const damaged = encoded.slice(0, place) + any.text(3) + encoded.slice(place + any.below(4));
    const again = encode(decode(damaged, 1));
    assert.equal(encode(decode(again, 1)), again, `seed ${seed}`);
  }
  const state = fullModule();
  const cut = decode(encode(state).slice(0, 1000), 1);
  assert.equal(cut.score, state.score);
  assert.deepEqual(cut.visited, state.visited);
  assert.deepEqual(cut.answers.get(1), { ...state.answers.get(1), best: { points: 1, maximum: 2 } });
});

test("a version that this run-time does not know starts afresh", () => {
  assert.deepEqual(decode(encode(fullModule()).replace(/^1/, "2"), 3), emptyState(3));
});

test("sections that a later version adds are kept", () => {
  const encoded = `${encode(fullModule())}=new section`;
  assert.equal(encode(decode(encoded, 1)), encoded);
});

const before = { id: "e", number: 5, type: "multiple-choice", variables: [{ id: "RESPONSE", cardinality: "multiple", base: "identifier", values: ["a", "b", "c"] }] };

test("answers survive options that are added, reordered in the text or retired", () => {
  const codes = toCodes(before, { RESPONSE: ["c", "a"] });
  const after = { ...before, variables: [{ ...before.variables[0], values: ["a", "b", "c", "d"] }] };
  assert.deepEqual(toResponse(after, codes), { RESPONSE: ["c", "a"] });
});

test("positions that an older edition does not know are left out but not lost", () => {
  const codes = toCodes({ ...before, variables: [{ ...before.variables[0], values: ["a", "b", "c", "d"] }] }, { RESPONSE: ["d", "a"] });
  assert.deepEqual(toResponse(before, codes), { RESPONSE: ["a"] });
  const state = emptyState(1);
  state.answers.set(5, answer(codes));
  assert.deepEqual(decode(encode(state), 1).answers.get(5).codes, codes);
});

test("exercises and pages that this edition does not know are kept as they are", () => {
  const state = emptyState(1);
  state.visited = new Set([1, 999]);
  state.answers.set(4711, answer([index(3), text("früher")], { best: { points: 1, maximum: 2 } }));
  assert.deepEqual(decode(encode(state), 1), state);
});

test("retired variables keep their place and give no answer", () => {
  const gaps = { id: "g", number: 6, type: "gap-text", variables: [{ id: "alt", cardinality: "single", base: "string", values: [], retired: true }, { id: "neu", cardinality: "single", base: "string", values: [] }] };
  assert.deepEqual(toResponse(gaps, [text("war einmal"), text("ist jetzt")]), { alt: [], neu: ["ist jetzt"] });
});

test("an answer of another kind than the exercise now wants is no answer", () => {
  assert.deepEqual(toResponse(before, [text("a")]), { RESPONSE: [] });
  assert.deepEqual(toResponse(before, [{ kind: "pair", list: [0, 0] }]), { RESPONSE: [] });
});

test("pairs survive with new sources and targets", () => {
  const data = { id: "m", number: 7, type: "matching", variables: [{ id: "RESPONSE", cardinality: "multiple", base: "pair", values: ["ozg", "nis"], targets: ["bund", "eu"] }] };
  const response = { RESPONSE: ["nis eu", "ozg bund"] };
  assert.deepEqual(toResponse(data, toCodes(data, response)), response);
  assert.deepEqual(toCodes(data, { RESPONSE: ["weg bund"] }), [{ kind: "pair", list: [] }]);
});

test("an extended text is never saved", () => {
  const essay = { id: "x", number: 8, type: "extended-text", variables: [{ id: "RESPONSE", cardinality: "single", base: "string" }] };
  assert.deepEqual(toAnswer(essay, { response: { RESPONSE: ["Mein Entwurf"] }, tries: 0, checked: false, solution: false, best: null }).codes, []);
});

test("on overflow the oldest typed texts go first; status, score, place, visited pages and results stay", () => {
  const state = fullModule();
  for (let number = 1; number <= 40; number += 1) state.answers.set(number, answer([text(typed(90, number))]));
  const { text: encoded, lost } = fit(state, LIMIT);
  const saved = decode(encoded, 1);
  assert.equal(lost, true);
  assert.ok(encoded.length <= LIMIT);
  for (const key of ["status", "score", "place", "journal", "visited"]) assert.deepEqual(saved[key], state[key], key);
  const kinds = [...saved.answers.values()].slice(0, 40).map(({ codes }) => codes[0].kind);
  assert.equal(kinds[0], "lost");
  assert.equal(kinds[39], "text");
  assert.deepEqual(kinds, [...kinds].sort(), "first the lost ones, then the kept ones");
  assert.equal(saved.answers.size, state.answers.size);
  assert.deepEqual(saved.answers.get(1).best, { points: 1, maximum: 1 });
  assert.equal(state.answers.get(1).codes[0].kind, "text", "the learner's own state is not touched");
});

test("whatever the limit, the core of the state is kept", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const state = anyState(seed);
    const { text: encoded } = fit(state, 120);
    assert.ok(encoded.length <= 120, `seed ${seed}`);
    const saved = decode(encoded, 1);
    for (const key of ["status", "score", "place", "visited"]) assert.deepEqual(saved[key], state[key], `${key}, seed ${seed}`);
  }
});

test("a checked answer whose text was dropped is open again and keeps its best result", () => {
  const data = { id: "t", number: 9, type: "short-text", variables: [{ id: "RESPONSE", cardinality: "single", base: "string" }] };
  const saved = toSaved(data, answer([{ kind: "lost", list: [] }]));
  assert.deepEqual(saved, { tries: 2, checked: false, solution: false, best: { points: 100, maximum: 100 }, response: { RESPONSE: [] } });
});
