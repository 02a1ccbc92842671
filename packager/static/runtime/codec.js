/**
 * The learner's state as text for `cmi.suspend_data` (SCORM 1.2: 4,096 characters; SCORM 2004 4th Edition: 64,000).
 *
 * `1=head=visited=answers=tests=rest`: version, then sections, their records separated by `|`. Records are keyed by the
 * numbers and positions of ids.lock and describe themselves, so they can be read without the exercise and kept for
 * exercises that this edition of the module does not know. Damaged records are dropped, the others stay.
 */

import { decodeAnswer, decodeTest, encodeAnswer, encodeTest } from "./records.js";
import { Damaged, decodeSet, encodeNumber, encodeSet, Reader } from "./text.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Status} Status */

const VERSION = "1";
const STATUSES = /** @type {Status[]} */ (["incomplete", "completed", "passed", "failed"]);

/**
 * @param {number} seed
 * @returns {State}
 */
export function emptyState(seed) {
  return {
    seed, status: "incomplete", score: null, place: 0, journal: 0, told: false,
    visited: new Set(), answers: new Map(), tests: new Map(), rest: "",
  };
}

/** @param {State} state */
export function encode(state) {
  const head = [STATUSES.indexOf(state.status), state.score === null ? 0 : state.score + 1, state.place, state.journal,
    Number(state.told), state.seed].map(encodeNumber).join("");
  const answers = [...state.answers].map(([number, answer]) => encodeAnswer(number, answer)).join("|");
  const tests = [...state.tests].map(([number, test]) => encodeTest(number, test)).join("|");
  return [VERSION, head, encodeSet(state.visited), answers, tests, ...(state.rest ? [state.rest] : [])].join("=");
}

/**
 * The state that a text holds; a fresh one where it holds none.
 * @param {string} text
 * @param {number} seed for a fresh state
 * @returns {State}
 */
export function decode(text, seed) {
  const state = emptyState(seed);
  const [version, head = "", visited = "", answers = "", tests = "", ...rest] = text.split("=");
  if (version !== VERSION) return state;
  attempt(() => decodeHead(new Reader(head), state));
  state.visited = decodeSet(visited);
  for (const record of answers.split("|")) attempt(() => decodeAnswer(new Reader(record), state.answers));
  for (const record of tests.split("|")) attempt(() => decodeTest(new Reader(record), state.tests));
  state.rest = rest.join("=");
  return state;
}

/** @param {() => void} read */
function attempt(read) {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
  }
}

/**
 * @param {Reader} reader
 * @param {State} state
 */
function decodeHead(reader, state) {
  state.status = STATUSES[reader.number()] ?? "incomplete";
  const score = reader.number();
  state.score = score === 0 ? null : Math.min(score - 1, 10_000);
  state.place = reader.number();
  state.journal = reader.number();
  state.told = reader.number() === 1;
  state.seed = reader.number();
}
