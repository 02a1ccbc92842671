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

/**
 * @param {string} label
 * @param {"primary" | "secondary" | "tertiary"} kind
 * @param {() => void} onClick
 */
export function button(label, kind, onClick) {
  const node = element("button", { type: "button", class: `kern-btn kern-btn--${kind}` },
    element("span", { class: "kern-label" }, label));
  node.addEventListener("click", onClick);
  return node;
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
