/**
 * The adapter for SCORM 1.2 (RTE 3.4, data model `cmi.core`, `cmi.suspend_data`, `cmi.interactions`).
 */

import { fields12, timespan } from "./interactions.js";
import { Session } from "./session.js";

/** @typedef {import("./types.js").Adapter} Adapter */
/** @typedef {import("./types.js").ScormApi} ScormApi */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").Status} Status */
/** @typedef {import("./types.js").Opened} Opened */
/** @typedef {import("./interactions.js").Field} Field */

/** CMIString4096; ILIAS wants to stay below it. */
const STATE = 4095;
/** Belongs to the session, so it is written in every one. */
const EXIT = "cmi.core.exit";
const STATUS = /** @type {Record<string, Status>} */ ({ passed: "passed", completed: "completed", failed: "failed" });

/**
 * @param {ScormApi} api
 * @returns {Adapter | null} null where the LMS refuses the session
 */
export function scorm12(api) {
  const session = new Session(api);
  if (!session.start()) return null;
  return {
    limit: STATE,
    open: () => open(session),
    assume: (snapshot) => session.assume(fieldsOf(snapshot).filter(([element]) => element !== EXIT)),
    save: (snapshot, seconds) => session.save([...time(seconds), ...fieldsOf(snapshot)]),
    record: (interaction, journal) => session.append(fields12(interaction), journal),
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
  return seconds === null ? [] : [["cmi.core.session_time", timespan(seconds)]];
}

/**
 * @param {Session} session
 * @returns {Opened}
 */
function open(session) {
  const mode = session.api.get("cmi.core.lesson_mode");
  const status = session.api.get("cmi.core.lesson_status");
  const state = session.api.get("cmi.suspend_data");
  session.known([["cmi.core.lesson_status", status], ["cmi.suspend_data", state]]);
  return { mode: mode === "review" || mode === "browse" ? mode : "normal", status: STATUS[status] ?? "incomplete", state };
}

/**
 * @param {Snapshot} snapshot
 * @returns {Field[]}
 */
function fieldsOf({ state, status, score, location }) {
  const raw = /** @type {Field[]} */ (score === null ? []
    : [["cmi.core.score.min", "0"], ["cmi.core.score.max", "100"], ["cmi.core.score.raw", String(score)]]);
  return [
    ["cmi.suspend_data", state],
    ["cmi.core.lesson_location", location],
    ...raw,
    ["cmi.core.lesson_status", status],
    [EXIT, status === "incomplete" ? "suspend" : ""],
  ];
}
