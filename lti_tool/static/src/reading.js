/** The reading queue with script: text blocks go where the cursor is, Ctrl+Enter gives back and opens the next text. */

export function reading() {
  const form = document.querySelector("form[data-reading]");
  if (!(form instanceof HTMLFormElement)) return;
  for (const hint of form.querySelectorAll("[data-script-only]")) hint.toggleAttribute("hidden", false);
  for (const insert of form.querySelectorAll("button[data-insert]")) {
    if (insert instanceof HTMLButtonElement) insert.addEventListener("click", (event) => putBlock(event, insert));
  }
  form.addEventListener("keydown", (event) => {
    const primary = form.querySelector("[data-primary]");
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !(primary instanceof HTMLButtonElement)) return;
    event.preventDefault();
    form.requestSubmit(primary);
  });
}

/**
 * @param {Event} event
 * @param {HTMLButtonElement} insert
 */
function putBlock(event, insert) {
  const area = document.getElementById(insert.dataset["into"] ?? "");
  if (!(area instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  const start = area.selectionStart;
  const before = area.value.slice(0, start);
  const gap = before && !/\s$/.test(before) ? " " : "";
  area.setRangeText(gap + (insert.dataset["insert"] ?? ""), start, area.selectionEnd, "end");
  area.focus();
}
