/** States, modules and chance for the tests: everything random comes from a seed, so a failure can be repeated. */

import { random } from "../../content/widgets/static/random.js";

/** @param {number} seed */
export function chance(seed) {
  const next = random(seed);
  const below = (/** @type {number} */ limit) => Math.floor(next() * limit);
  return {
    below,
    pick: (list) => list[below(list.length)],
    maybe: () => next() < 0.5,
    list: (longest, make) => Array.from({ length: below(longest + 1) }, make),
    /** Any UTF-16 units: letters, separators, controls, surrogates, also lone ones. */
    text: (longest) => Array.from({ length: below(longest + 1) }, () => {
      const kind = below(4);
      if (kind === 0) return String.fromCharCode(below(0x10000));
      if (kind === 1) return "~*|=<>&\"'\\\n\t ,;"[below(15)];
      return kind === 2 ? "äöüßÄÖÜ€–„“"[below(11)] : "Wärmeplanung😀𝄞e"[below(16)];
    }).join(""),
  };
}

/** @param {ReturnType<typeof chance>} any */
function codes(any) {
  const list = any.list(4, () => any.pick([
    () => ({ kind: "index", list: any.list(6, () => any.below(70)) }),
    () => ({ kind: "pair", list: any.list(3, () => [any.below(40), any.below(40)]).flat() }),
    () => ({ kind: "text", list: any.list(2, () => any.text(30)) }),
    () => ({ kind: "lost", list: [] }),
  ])());
  // Unanswered variables at the end are not stored, and an empty list has no kind.
  const plain = list.map((code) => (code.kind !== "lost" && !code.list.length ? { kind: "index", list: [] } : code));
  while (plain.length && plain.at(-1).kind === "index" && !plain.at(-1).list.length) plain.pop();
  return plain;
}

/** @param {number} seed */
export function anyState(seed) {
  const any = chance(seed);
  const distinct = (longest, make) => new Map(any.list(longest, () => [1 + any.below(2000), make()]));
  const best = () => any.pick([null, { points: 0, maximum: 1 }, { points: 1, maximum: 1 }, { points: 2, maximum: 3 }, { points: 7, maximum: 100 }]);
  const run = () => ({ seed: any.below(2 ** 20), submitted: any.maybe(), position: any.below(40),
    items: distinct(12, () => ({ checked: any.maybe(), codes: codes(any) })) });
  return {
    seed: any.below(2 ** 20), status: any.pick(["incomplete", "completed", "passed", "failed"]),
    score: any.maybe() ? any.below(10_001) : null, place: any.below(300), journal: any.below(5000), told: any.maybe(),
    visited: new Set(any.list(80, () => any.below(400))),
    answers: distinct(40, () => ({ tries: any.below(50), checked: any.maybe(), solution: any.maybe(), best: best(), codes: codes(any) })),
    tests: distinct(3, () => ({ scores: any.list(5, () => any.below(10_001)), run: any.maybe() ? run() : null })),
    rest: any.maybe() ? "" : "later=|things",
  };
}

/** A text of `length` characters as somebody would type it. */
export function typed(length, index) {
  return "Übergangsmaßnahme für Gebäudewärme größer fördern ".repeat(4).slice(index % 20, (index % 20) + length).padEnd(length, "ß");
}

export function exampleModule(changes = {}) {
  return {
    id: "m1", number: 1, title: "Grundlagen", language: "de", format: "scorm12", curriculum: "beispiel", version: "1.0.0", release: "m1 1.0.0",
    pages: [{ id: "p1", number: 1, title: "Eins", unit: "u1", tracked: true }, { id: "p2", number: 2, title: "Zwei", unit: "u1", tracked: true },
      { id: "info", number: 3, title: "Impressum", unit: "u1", tracked: false }],
    units: [{ id: "u1", title: "Einheit" }],
    exercises: [{ id: "e1", number: 1, points: 1, type: "single-choice", page: "p1", scored: true },
      { id: "e2", number: 2, points: 3, type: "short-text", page: "p2", scored: true },
      { id: "e3", number: 3, points: 6, type: "extended-text", page: "p2", scored: false }],
    assessments: [], completion: { pass_mark: 60 }, ...changes,
  };
}
