/**
 * Short messages that nobody has to click away: a polite live region at the top of the page.
 */

import { button, element } from "../../../content/widgets/static/dom.js";

export class Notices {
  constructor() {
    const found = document.querySelector('[data-staffel="notices"]');
    this.place = found ?? element("div", { "data-staffel": "notices", role: "status", class: "notices" });
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

  /** @param {string} key */
  remove(key) {
    for (const notice of this.place.querySelectorAll("[data-notice]")) {
      if (notice.getAttribute("data-notice") === key) notice.remove();
    }
  }
}
