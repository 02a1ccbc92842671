/**
 * Short messages that nobody has to click away: a polite live region at the top of the page.
 */

import { all, button, element } from "../../../content/widgets/static/dom.js";

/** @typedef {import("../../../content/widgets/static/types.js").Translate} Translate */

export class Notices {
  constructor() {
    const found = document.querySelector('[data-staffel="notices"]');
    this.place = /** @type {HTMLElement} */ (found) ?? element("div", { "data-staffel": "notices", role: "status", class: "notices" });
    if (!found) document.body.prepend(this.place);
  }

  /**
   * Shows a message, or changes the one with the same key.
   * @param {string} key
   * @param {string} text
   * @param {{kind?: "info" | "warning" | "success", action?: {label: string, run: () => void}}} [options]
   */
  show(key, text, { kind = "info", action } = {}) {
    this.remove(key);
    const notice = element("div", { class: `notice notice--${kind}`, "data-notice": key }, element("p", {}, text));
    if (action) notice.append(button(action.label, "secondary", action.run));
    this.place.append(notice);
  }

  /**
   * A unit or a pool could not be loaded.
   * @param {Translate} translate
   * @param {() => void} retry
   */
  failed(translate, retry) {
    this.show("page", translate("page.failed"), { kind: "warning", action: { label: translate("retry"), run: retry } });
  }

  /** @param {string} key */
  remove(key) {
    for (const notice of all(this.place, "[data-notice]")) if (notice.dataset["notice"] === key) notice.remove();
  }
}
