/**
 * The largest state of a module, made with the run-time's own codec: what `packager.state_size` estimates.
 *
 * Reads {module, exercises} as JSON from standard input, prints {full, least}: characters with typed texts and without.
 */

import { readFileSync } from "node:fs";
import { toCodes } from "../../packager/static/runtime/answers.js";
import { emptyState, encode } from "../../packager/static/runtime/codec.js";
import { encodeText } from "../../packager/static/runtime/text.js";

const { module, exercises } = JSON.parse(readFileSync(0, "utf-8"));
const TYPED = 25;
const NUMBER = "9".repeat(12);

function longest(rule, variable) {
  const parts = rule.parts ?? [rule];
  const known = parts.filter((part) => part.variable === variable).flatMap((part) => part.accepted ?? []).map(([text]) => text);
  return ["x".repeat(TYPED), ...known].sort((a, b) => encodeText(b).length - encodeText(a).length)[0];
}

function everything({ rule, variables }) {
  return Object.fromEntries(variables.map(({ id, base, cardinality, values, targets }) => {
    if (base === "float") return [id, [NUMBER]];
    if (base === "string") return [id, [longest(rule, id)]];
    if (base === "pair") return [id, values.map((source) => `${source} ${targets.at(-1)}`)];
    return [id, cardinality === "single" ? [values.at(-1)] : values];
  }));
}

function codes(data, typed) {
  const all = toCodes(data, everything(data));
  return typed ? all : all.map((code) => (code.kind === "text" ? { kind: "lost", list: [] } : code));
}

function run(assessment, typed) {
  const items = new Map();
  for (const { draw, exercises: names } of assessment.sections) {
    const drawn = names.map((id) => [module.exercises.find((entry) => entry.id === id).number, { checked: true, codes: codes(exercises[id], typed) }]);
    const size = ([, { codes: list }]) => JSON.stringify(list).length;
    for (const [number, item] of drawn.sort((a, b) => size(b) - size(a)).slice(0, draw ?? drawn.length)) items.set(number, item);
  }
  return { seed: 2 ** 20 - 1, submitted: true, position: Math.max(0, items.size - 1), items };
}

function state(typed) {
  const numbers = module.pages.map(({ number }) => number);
  const result = { ...emptyState(2 ** 20 - 1), status: "failed", score: 10_000, place: Math.max(...numbers), journal: 32_767, told: true };
  for (const number of numbers) result.visited.add(number);
  for (const { id, number, page, scored } of module.exercises) {
    const data = exercises[id];
    if (!page || !data) continue;
    const { maximum } = data.rule;
    const best = scored ? { points: maximum - 1, maximum } : null;
    result.answers.set(number, { tries: 127, checked: true, solution: true, best, codes: codes(data, typed) });
  }
  for (const assessment of module.assessments) {
    result.tests.set(assessment.number, { scores: Array(assessment.attempts || 10).fill(10_000), run: run(assessment, typed) });
  }
  return encode(result).length;
}

console.log(JSON.stringify({ full: state(true), least: state(false) }));
