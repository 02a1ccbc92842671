/**
 * An extended text outside of the LTI tool: a worksheet that the learner saves as a file and opens again.
 * It never goes into SCORM fields; until it is saved it waits in the browser's own storage, if there is one.
 */

import { button, element, on } from "./dom.js";

/** @typedef {import("./types.js").WidgetContext} WidgetContext */
/** @typedef {{area: HTMLTextAreaElement, count: HTMLElement, status: HTMLElement, id: string, context: WidgetContext}} Worksheet */

/** Worksheets with text that is in no file yet; leaving the page asks as long as there is one. */
const unsaved = new Set();

/**
 * @param {HTMLFormElement} form
 * @param {string} id
 * @param {WidgetContext} context
 */
export function enhanceWorksheet(form, id, context) {
  const area = form.querySelector("textarea");
  if (!area) return;
  // The count changes with every key and must not be read aloud each time; only the status is a live region.
  const count = element("p", { class: "worksheet-status" });
  const status = element("p", { class: "worksheet-status", role: "status" });
  area.after(count, status);
  const sheet = { area, count, status, id, context };
  area.value = readDraft(sheet) ?? area.value;
  on(area, "input", () => keepDraft(sheet));
  const save = form.querySelector('[data-action="save-file"]');
  save?.toggleAttribute("hidden", false);
  on(save, "click", () => saveFile(sheet));
  const load = form.querySelector('[data-action="load-file"]');
  load?.toggleAttribute("hidden", false);
  on(load, "click", () => chooseFile(sheet));
}

/** @param {string} text */
export function countWords(text) {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** @param {Worksheet} sheet */
function draftKey({ id, context }) {
  return `${context.draftKey ?? "staffel"}:${id}`;
}

/** @param {Worksheet} sheet */
function readDraft(sheet) {
  try {
    return sheet.context.drafts?.getItem(draftKey(sheet)) ?? null;
  } catch {
    return null;
  }
}

/** @param {Worksheet} sheet */
function keepDraft(sheet) {
  const { area, context } = sheet;
  try {
    if (area.value) context.drafts?.setItem(draftKey(sheet), area.value);
    else context.drafts?.removeItem(draftKey(sheet));
  } catch {
    // A full or forbidden storage: the text is still in the field and can be saved as a file.
  }
  setUnsaved(sheet, area.value !== "");
}

/**
 * @param {Worksheet} sheet
 * @param {boolean} on
 */
function setUnsaved({ id, area, count, status, context }, on) {
  count.textContent = on ? context.translate("worksheet.unsaved", { n: countWords(area.value) }) : "";
  if (on && status.textContent) status.textContent = "";
  if (on) unsaved.add(id);
  else unsaved.delete(id);
  // Only while there is something to lose: the listener keeps some browsers from caching the page.
  if (unsaved.size) addEventListener("beforeunload", askBeforeLeaving);
  else removeEventListener("beforeunload", askBeforeLeaving);
}

/** @param {BeforeUnloadEvent} event */
function askBeforeLeaving(event) {
  event.preventDefault();
}

/** @param {Worksheet} sheet */
function saveFile(sheet) {
  const { area, status, id, context } = sheet;
  const url = URL.createObjectURL(new Blob([area.value], { type: "text/plain;charset=utf-8" }));
  const name = context.translate("worksheet.file", { id });
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  setUnsaved(sheet, false);
  status.textContent = context.translate("worksheet.saved", { name });
}

/** @param {Worksheet} sheet */
function chooseFile(sheet) {
  const input = element("input", { type: "file", accept: ".txt,text/plain" });
  on(input, "change", async () => {
    const file = input.files?.[0];
    if (file) replaceText(sheet, (await file.text()).replace(/^\ufeff/, ""), file.name);
  });
  input.click();
}

/**
 * Puts the file's text into the field and offers the text before it once more.
 * @param {Worksheet} sheet
 * @param {string} text
 * @param {string} name
 */
function replaceText(sheet, text, name) {
  const { area, status, context } = sheet;
  const before = area.value;
  area.value = text;
  keepDraft(sheet);
  setUnsaved(sheet, false);
  status.textContent = context.translate("worksheet.loaded", { name });
  if (!before || before === text) return;
  status.append(" ", button(context.translate("worksheet.restore"), "tertiary", () => {
    area.value = before;
    keepDraft(sheet);
    area.focus();
  }));
}
