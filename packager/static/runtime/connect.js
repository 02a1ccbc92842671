/**
 * Chooses where progress goes: the LMS of the package's edition, one of the other edition, else this browser.
 */

import { findApi } from "./api.js";
import { local } from "./local.js";
import { scorm12 } from "./scorm12.js";
import { scorm2004 } from "./scorm2004.js";
import { Session } from "./session.js";

/** @typedef {import("./types.js").Adapter} Adapter */
/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./api.js").Edition} Edition */
/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {import("../../../content/widgets/static/types.js").Drafts} Drafts */

const EDITIONS = { scorm12, scorm2004 };

/** @param {Module} module */
export function storageKey(module) {
  return `staffel:${module.curriculum}:${module.id}`;
}

/**
 * One document in an LMS, not many on a web site.
 * @param {Module} module
 */
export function inLms(module) {
  return module.format !== "web" && module.format !== "imscp";
}

/**
 * @param {Module} module
 * @param {Frame} frame
 * @param {() => Drafts} storage
 * @returns {import("./types.js").Connected}
 */
export function connect(module, frame, storage) {
  const adapter = inLms(module) ? lms(/** @type {Edition} */ (module.format), frame) : null;
  return { adapter: adapter ?? local(storage, storageKey(module)), missing: inLms(module) && !adapter };
}

/**
 * ILIAS can wrap a 1.2 package as 2004, so the other edition is tried as well.
 * @param {Edition} edition
 * @param {Frame} frame
 * @returns {Adapter | null} null where no LMS takes the session
 */
function lms(edition, frame) {
  for (const name of /** @type {Edition[]} */ ([edition, edition === "scorm12" ? "scorm2004" : "scorm12"])) {
    const api = findApi(name, frame);
    const session = api && new Session(api, EDITIONS[name]);
    if (session?.start()) return session;
  }
  return null;
}
