/**
 * What is particular to SCORM 1.2 (RTE 3.4: `cmi.core`, `cmi.suspend_data`, `cmi.interactions`).
 */

import { fields12, timespan } from "./interactions.js";

/** @typedef {import("./types.js").Status} Status */
/** @typedef {import("./types.js").Edition} Edition */
/** @typedef {import("./interactions.js").Field} Field */

const STATUSES = /** @type {Record<string, Status>} */ ({ passed: "passed", completed: "completed", failed: "failed" });
const STATUS = "cmi.core.lesson_status";

/** @type {Edition} */
export const scorm12 = {
  // CMIString4096; ILIAS wants to stay below it.
  limit: 4095,
  mode: "cmi.core.lesson_mode",
  time: (seconds) => ["cmi.core.session_time", timespan(seconds)],
  exit: (status) => ["cmi.core.exit", status === "incomplete" ? "suspend" : ""],
  interaction: fields12,
  // Of a status that nobody has set LMSFinish makes „completed“ (RTE 3.4.4), in Moodle after a mere preview, too.
  preview: STATUS,

  status(get) {
    const status = get(STATUS);
    return { status: STATUSES[status] ?? "incomplete", known: [[STATUS, status]] };
  },

  fields({ status, score, location }) {
    const scores = /** @type {Field[]} */ (score === null ? []
      : [["cmi.core.score.min", "0"], ["cmi.core.score.max", "100"], ["cmi.core.score.raw", String(score)]]);
    return [["cmi.core.lesson_location", location], ...scores, [STATUS, status]];
  },
};
