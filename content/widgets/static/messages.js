/**
 * Every text that a script shows comes from the page's `<script type="application/json" id="staffel-messages">`.
 */

/** @typedef {import("./types.js").Messages} Messages */
/** @typedef {import("./types.js").Translate} Translate */

/**
 * Reads the message `js.key`, or `js.key.one` where `values.n` is 1 and such a text exists. An unknown key shows itself.
 * @param {Messages} messages
 * @param {string} language
 * @returns {Translate}
 */
export function translator(messages, language) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return (key, values = {}) => {
    const text = (values["n"] === 1 ? messages[`js.${key}.one`] : undefined) ?? messages[`js.${key}`] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? number.format(value) : value;
    });
  };
}

/**
 * The JSON of a data element, or null where it is missing or broken.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {unknown}
 */
export function readJson(root, selector) {
  try {
    return JSON.parse(root.querySelector(selector)?.textContent ?? "null");
  } catch {
    return null;
  }
}
