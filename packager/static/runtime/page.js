/**
 * Brings the exercises of the shown page to life and keeps their answers.
 */

import { all } from "../../../content/widgets/static/dom.js";
import { Exercise } from "../../../content/widgets/static/exercise.js";
import { toAnswer, toSaved } from "./answers.js";
import { inLms, storageKey } from "./connect.js";
import { interactionOf } from "./interactions.js";
import { quietly } from "./local.js";

/** @typedef {import("./tracker.js").Tracker} Tracker */
/** @typedef {import("./units.js").Units} Units */
/** @typedef {import("../../../content/widgets/static/types.js").ExerciseData} ExerciseData */
/** @typedef {import("../../../content/widgets/static/types.js").Saved} Saved */
/** @typedef {import("../../../content/widgets/static/types.js").Drafts} Drafts */
/** @typedef {import("../../../content/widgets/static/types.js").Translate} Translate */
/** @typedef {{tracker: Tracker, units: Units, translate: Translate}} Runtime */

/**
 * @param {ParentNode} root
 * @param {Runtime} runtime
 */
export function activate(root, runtime) {
  for (const form of all(root, "form.exercise")) {
    const data = runtime.units.exercise(form.dataset["exercise"] ?? "");
    if (data) activateExercise(/** @type {HTMLFormElement} */ (form), data, runtime);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {ExerciseData} data
 * @param {Runtime} runtime
 */
function activateExercise(form, data, { tracker, translate }) {
  const { module, state } = tracker;
  const { language } = module;
  const answer = state.answers.get(data.number);
  let since = Date.now();
  return new Exercise(form, data, {
    translate, language, mode: "practice",
    seed: state.seed + data.number + (answer?.tries ?? 0),
    saved: answer ? toSaved(data, answer) : null,
    drafts: worksheetDrafts(module), draftKey: storageKey(module),
    onDraft: (saved) => {
      remember(tracker, data, saved);
      tracker.changed({ soon: true });
    },
    onCheck: ({ response, outcome, saved }) => {
      const seconds = (Date.now() - since) / 1000;
      since = Date.now();
      remember(tracker, data, saved);
      tracker.report(interactionOf(data, { id: data.id, response, outcome, seconds, when: new Date(), language }));
      tracker.changed();
    },
  });
}

/**
 * The newest answer stands last: where room is short the others go first.
 * @param {Tracker} tracker
 * @param {ExerciseData} data
 * @param {Saved} saved
 */
function remember({ state }, data, saved) {
  state.answers.delete(data.number);
  state.answers.set(data.number, toAnswer(data, saved));
}

/** @type {Map<string, string>} */
const memory = new Map();
/** @type {Drafts} where a browser forbids storage: a text survives at least a change of page in one document */
const inMemory = {
  getItem: (key) => memory.get(key) ?? null,
  setItem: (key, text) => void memory.set(key, text),
  removeItem: (key) => void memory.delete(key),
};

/**
 * In an LMS worksheets outlive a change of page but not the window; on a web site they stay like the progress.
 * @param {import("./types.js").Module} module
 * @returns {Drafts}
 */
function worksheetDrafts(module) {
  return quietly(() => (inLms(module) ? sessionStorage : localStorage)) ?? inMemory;
}
