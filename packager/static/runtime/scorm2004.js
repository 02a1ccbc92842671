/**
 * What is particular to SCORM 2004 4th Edition (RTE 4.2).
 */

import { duration, fields2004 } from "./interactions.js";

/** @typedef {import("./types.js").Edition} Edition */
/** @typedef {import("./interactions.js").Field} Field */

const COMPLETION = "cmi.completion_status";
const SUCCESS = "cmi.success_status";

/** @type {Edition} */
export const scorm2004 = {
  // RTE 4.2.22: smallest permitted maximum.
  limit: 64_000,
  mode: "cmi.mode",
  time: (seconds) => ["cmi.session_time", duration(seconds)],
  // Never „normal“: it ends the learner attempt, and Moodle and others then hide every answer from a later review.
  exit: () => ["cmi.exit", "suspend"],
  interaction: fields2004,

  status(get) {
    const completion = get(COMPLETION);
    // An unfinished module has no success worth a call.
    const success = completion === "completed" ? get(SUCCESS) : "unknown";
    const finished = success === "passed" || success === "failed" ? success : "completed";
    const status = completion === "completed" ? finished : "incomplete";
    return { status, known: [[COMPLETION, completion], [SUCCESS, success]] };
  },

  fields({ status, score, location }) {
    const scores = /** @type {Field[]} */ (score === null ? [] : [["cmi.score.min", "0"], ["cmi.score.max", "100"],
      ["cmi.score.raw", String(score)], ["cmi.score.scaled", String(Number((score / 100).toFixed(4)))]]);
    return [
      ["cmi.location", location],
      ...scores,
      [COMPLETION, status === "incomplete" ? "incomplete" : "completed"],
      [SUCCESS, status === "passed" || status === "failed" ? status : "unknown"],
    ];
  },
};
