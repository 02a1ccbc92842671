/** Pages that end by themselves: a form that is sent at once, a registration that the platform closes. */

/** Sends the form that carries a finished answer to the platform. */
export function submit() {
  const form = document.querySelector("form[data-submit]");
  if (form instanceof HTMLFormElement) form.submit();
}

/** Tells the platform that a dynamic registration is done (LTI Dynamic Registration 1.0, 3.7). */
export function close() {
  for (const button of document.querySelectorAll("button[data-close]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const platform = window.opener ?? window.parent;
      platform.postMessage({ subject: "org.imsglobal.lti.close" }, button.dataset["close"] ?? "");
    });
  }
}
