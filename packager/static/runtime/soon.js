/**
 * Waits for an LMS that is still loading: one in frames may put up its API after the page that looks for it.
 */

import { findApi } from "./api.js";
import { connect, inLms } from "./connect.js";

/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {import("../../../content/widgets/static/types.js").Drafts} Drafts */

/** Together three seconds. */
const TRIES = 15;
const PAUSE = 200;

/**
 * Connects once there is an API; a page that stands alone need not wait for one.
 * @param {Module} module
 * @param {Frame} frame
 * @param {() => Drafts} storage
 */
export async function connectSoon(module, frame, storage) {
  const expected = inLms(module) && (frame.parent !== frame || frame.opener);
  for (let tries = 0; expected && tries < TRIES && !findApi("scorm12", frame) && !findApi("scorm2004", frame); tries += 1) {
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
  return connect(module, frame, storage);
}
