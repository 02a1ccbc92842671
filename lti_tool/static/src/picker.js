/** Finding an activity among hundreds: a field that leaves only what holds all its words, and opens their modules. */

export function picker() {
  const field = document.querySelector("input[data-picker-filter]");
  const form = field?.closest("form");
  if (!(field instanceof HTMLInputElement) || !form) return;
  const said = form.querySelector("[data-picker-found]");
  field.closest("[hidden]")?.removeAttribute("hidden");
  const groups = [...form.querySelectorAll("details")];
  const opened = new Set(groups.filter((group) => group.open));
  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const group of groups) {
      const shown = leave(group, words);
      group.hidden = shown === 0;
      group.open = words.length ? shown > 0 : opened.has(group);
      found += shown;
    }
    if (said instanceof HTMLElement) {
      said.textContent = words.length ? (said.dataset["pickerFound"] ?? "").replace("{n}", String(found)) : "";
    }
  };
  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  filter();
}

/**
 * Hides the rows of a group that lack a word; what was chosen stays to be seen.
 * @param {HTMLElement} group
 * @param {string[]} words
 * @returns {number} how many are left
 */
function leave(group, words) {
  let shown = 0;
  for (const row of group.querySelectorAll(".kern-form-check")) {
    if (!(row instanceof HTMLElement)) continue;
    const text = row.textContent?.toLowerCase() ?? "";
    const chosen = row.querySelector("input")?.checked ?? false;
    row.hidden = !chosen && !words.every((word) => text.includes(word));
    if (!row.hidden) shown += 1;
  }
  return shown;
}
