/**
 * Elements made by script, in one style.
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * Trusted HTML of the curriculum in an element of its own.
 * @param {string} html
 * @param {Record<string, string>} [attributes]
 */
export function fragment(html, attributes = {}) {
  const node = element("div", attributes);
  node.innerHTML = html;
  return node;
}

/** Written out, because the set-up keeps only those rules of KERN whose classes it finds in the sources. */
const BUTTONS = {
  primary: "kern-btn kern-btn--primary",
  secondary: "kern-btn kern-btn--secondary",
  tertiary: "kern-btn kern-btn--tertiary",
};

/**
 * @param {string} label
 * @param {keyof typeof BUTTONS} kind
 * @param {() => void} onClick
 */
export function button(label, kind, onClick) {
  const node = element("button", { type: "button", class: BUTTONS[kind] },
    element("span", { class: "kern-label" }, label));
  on(node, "click", onClick);
  return node;
}

/**
 * In a few letters what every script of a page needs: its size counts.
 * @param {EventTarget | null | undefined} target
 * @param {string} type
 * @param {(event: Event) => void} listener
 */
export function on(target, type, listener) {
  target?.addEventListener(type, listener);
}

/** A line that screen readers read out and nobody sees. */
export function spoken() {
  return element("p", { class: "visually-hidden", role: "status" });
}

/**
 * Gives an element that is no control the focus.
 * @param {HTMLElement | null | undefined} node
 */
export function focus(node) {
  if (!node) return;
  if (!node.hasAttribute("tabindex")) node.setAttribute("tabindex", "-1");
  node.focus();
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function all(root, selector) {
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
}
