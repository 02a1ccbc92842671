/** Sentences for scripts, and the launch that a page belongs to; both stand in the page. */

import { readJson, translator } from "../../../content/widgets/static/messages.js";

/** @typedef {import("../../../content/widgets/static/types.js").Messages} Messages */

/** Reads `js.<key>` of the page's messages. */
export function translate() {
  const messages = /** @type {Messages} */ (readJson(document, "#staffel-messages") ?? {});
  return translator(messages, document.documentElement.lang);
}

/** The token that every request to the tool carries. */
export function launchToken() {
  const field = document.querySelector("#launch-token");
  return field instanceof HTMLInputElement ? field.value : "";
}

/**
 * `10:42`
 * @param {Date} time
 */
export function clock(time) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(time);
}
