/** "Reload" and "back" without the browser's question whether a form shall be sent once more. */

/** Names, for this entry of the history, an address that can be asked for again, and what is to be sent from there. */
export function remember() {
  const form = document.querySelector("form[data-resume]");
  if (!(form instanceof HTMLFormElement)) return;
  const data = /** @type {[string, string][]} */ ([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  history.replaceState({ action: form.action, fields: data }, "", form.dataset["resume"]);
}

/** On the page of that address: sends it. */
export function again() {
  const state = history.state;
  if (!document.querySelector("[data-again]") || !state || !Array.isArray(state.fields)) return;
  const target = new URL(state.action, location.href);
  if (target.origin !== location.origin) return;
  // Some browsers put what we send behind this entry instead of in its place: who comes back to it wants to go further.
  const [arrival] = performance.getEntriesByType("navigation");
  if (state.passed && arrival instanceof PerformanceNavigationTiming && arrival.type === "back_forward") {
    history.back();
    return;
  }
  history.replaceState({ ...state, passed: true }, "");
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: target.href, hidden: true });
  for (const [name, value] of state.fields) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
