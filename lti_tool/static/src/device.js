/** The choice that nothing of unsaved text is kept on this device: for computers that several people use. */

import { choose, forgetAll, isShared, works } from "./local.js";

/**
 * Shows the choice where this browser could keep anything at all.
 * @param {HTMLElement} place
 * @param {HTMLFormElement} form
 */
export function device(place, form) {
  const section = place.querySelector("[data-device]");
  const box = section?.querySelector("input[type=checkbox]");
  if (!(section instanceof HTMLElement) || !(box instanceof HTMLInputElement)) return;
  const usual = section.dataset["device"] === "shared";
  if (isShared(usual)) forgetAll();
  if (!works()) return;
  section.hidden = false;
  box.checked = isShared(usual);
  const said = section.querySelector("[role=status]");
  box.addEventListener("change", () => {
    choose(box.checked);
    if (box.checked) forgetAll();
    if (said) said.textContent = section.dataset[box.checked ? "on" : "off"] ?? "";
    form.dispatchEvent(new Event("input"));
  });
}
