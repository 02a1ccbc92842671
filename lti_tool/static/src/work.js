/** Exercises with script: drafts save themselves, sequences move by buttons, texts are counted, results get the focus. */

import { element, focus } from "../../../content/widgets/static/dom.js";
import { enhance as enhanceForm } from "../../../content/widgets/static/enhance.js";
import { reorder } from "../../../content/widgets/static/ordering.js";
import { enhancePath } from "../../../content/widgets/static/path.js";
import { enhanceSpots } from "../../../content/widgets/static/spots.js";
import { countWords } from "../../../content/widgets/static/worksheet.js";
import { Autosave } from "./autosave.js";
import { device } from "./device.js";
import { translate } from "./texts.js";

export function work() {
  for (const place of document.querySelectorAll(".work")) {
    const form = place.querySelector("form.exercise");
    if (!(place instanceof HTMLElement) || !(form instanceof HTMLFormElement)) continue;
    restoreOrder(form);
    if (place.dataset["open"] !== undefined) enhance(place, form);
    else show(form);
  }
  // The result of a test begins with the whole, not with its first exercise.
  focus(document.querySelector("[data-work] .exercise-result"));
}

/**
 * What was answered, where nothing can be changed any more.
 * @param {HTMLFormElement} form
 */
function show(form) {
  enhancePath(form, translate());
  enhanceSpots(form);
}

/**
 * @param {HTMLElement} place
 * @param {HTMLFormElement} form
 */
function enhance(place, form) {
  const refresh = enhanceForm(form, { translate: translate(), language: document.documentElement.lang });
  count(form);
  const status = place.querySelector("[data-draft-status]");
  if (!(status instanceof HTMLElement)) return;
  device(place, form);
  const autosave = new Autosave(form, {
    address: place.dataset["save"] ?? "",
    attempt: place.dataset["attempt"] ?? "",
    writer: place.dataset["writer"] ?? "",
    status,
    restored: () => {
      restoreOrder(form);
      refresh();
    },
  });
  for (const keepButton of form.querySelectorAll('button[formaction="/exercise/keep"]')) keepButton.remove();
  return autosave;
}

/**
 * The items in the order that was answered; their places stand in the selects.
 * @param {HTMLFormElement} form
 */
function restoreOrder(form) {
  const items = [...form.querySelectorAll(".ordering > [data-value]")].map((item) => ({
    value: item instanceof HTMLElement ? item.dataset["value"] ?? "" : "",
    place: Number(item.querySelector("select")?.value),
  }));
  if (!items.length || items.some(({ place }) => !place)) return;
  reorder(form, items.sort((a, b) => a.place - b.place).map(({ value }) => value));
}

/** @param {HTMLFormElement} form */
function count(form) {
  const area = form.querySelector("textarea[data-maximum-characters]");
  if (!(area instanceof HTMLTextAreaElement)) return;
  const say = translate();
  const most = Number(area.dataset["maximumCharacters"]);
  const line = element("p", { class: "tool-muted text-count" });
  area.after(line);
  const show = () => {
    const over = area.value.length - most;
    const words = say("work.words", { n: countWords(area.value) });
    line.textContent = over > 0 ? `${words}, ${say("work.too-long", { n: over })}` : words;
  };
  area.addEventListener("input", show);
  show();
}
