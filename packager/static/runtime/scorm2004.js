/**
 * The adapter for SCORM 2004 4th Edition (RTE 4.2).
 */

import { duration, fields2004 } from "./interactions.js";
import { Session } from "./session.js";

/** @typedef {import("./types.js").Adapter} Adapter */
/** @typedef {import("./types.js").ScormApi} ScormApi */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").Status} Status */
/** @typedef {import("./types.js").Opened} Opened */
/** @typedef {import("./interactions.js").Field} Field */

/** RTE 4.2.22: smallest permitted maximum. */
const STATE = 64_000;
/** Belongs to the session, so it is written in every one. */
const EXIT = "cmi.exit";

/**
 * @param {ScormApi} api
 * @returns {Adapter | null} null where the LMS refuses the session
 */
export function scorm2004(api) {
  const session = new Session(api);
  if (!session.start()) return null;
  return {
    limit: STATE,
    open: () => open(session),
    assume: (snapshot) => session.assume(fieldsOf(snapshot).filter(([element]) => element !== EXIT)),
    save: (snapshot, seconds) => session.save([...time(seconds), ...fieldsOf(snapshot)]),
    record: (interaction, journal) => session.append(fields2004(interaction), journal),
    close: (snapshot, seconds) => {
      if (!session.open) return true;
      const saved = !snapshot || session.save([...time(seconds), ...fieldsOf(snapshot)]);
      return session.finish() && saved;
    },
    refresh: () => null,
  };
}

/**
 * @param {number | null} seconds
 * @returns {Field[]}
 */
function time(seconds) {
  return seconds === null ? [] : [["cmi.session_time", duration(seconds)]];
}

/**
 * @param {Session} session
 * @returns {Opened}
 */
function open(session) {
  const mode = session.api.get("cmi.mode");
  const completion = session.api.get("cmi.completion_status");
  // An unfinished module has no success worth a call.
  const success = completion === "completed" ? session.api.get("cmi.success_status") : "unknown";
  const state = session.api.get("cmi.suspend_data");
  session.known([["cmi.completion_status", completion], ["cmi.success_status", success], ["cmi.suspend_data", state]]);
  return { mode: mode === "review" || mode === "browse" ? mode : "normal", status: statusOf(completion, success), state };
}

/**
 * @param {string} completion
 * @param {string} success
 * @returns {Status}
 */
function statusOf(completion, success) {
  if (completion !== "completed") return "incomplete";
  return success === "passed" || success === "failed" ? success : "completed";
}

/**
 * @param {Snapshot} snapshot
 * @returns {Field[]}
 */
function fieldsOf({ state, status, score, location }) {
  const scores = /** @type {Field[]} */ (score === null ? [] : [["cmi.score.min", "0"], ["cmi.score.max", "100"],
    ["cmi.score.raw", String(score)], ["cmi.score.scaled", String(Number((score / 100).toFixed(4)))]]);
  const success = status === "passed" || status === "failed" ? status : "unknown";
  return [
    ["cmi.suspend_data", state],
    ["cmi.location", location],
    ...scores,
    ["cmi.completion_status", status === "incomplete" ? "incomplete" : "completed"],
    ["cmi.success_status", success],
    // Not „normal“ when done: it ends the learner attempt, and Moodle and others then hide every answer from a review.
    [EXIT, "suspend"],
  ];
}
