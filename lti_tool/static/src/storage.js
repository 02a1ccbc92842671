/**
 * Keeps what binds a launch to this browser in the platform's storage where cookies are blocked
 * (LTI Client Side postMessages 1.0 with LTI Platform Storage 1.0). Messages go to the platform's origin alone.
 */

const WAIT = 2000;

/**
 * @param {HTMLElement} element carries target frame, origin, key
 * @returns {Window | null} the frame that keeps data
 */
function storage(element) {
  const opener = window.parent === window ? window.opener : window.parent;
  const name = element.dataset["target"] ?? "";
  if (!opener || name === "" || name === "_parent") return opener;
  try {
    return opener.frames[name] ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, string>} message
 * @param {(value: string) => void} done called once, with what the platform answered or with nothing
 */
function ask(element, message, done) {
  const frame = storage(element);
  const origin = element.dataset["origin"] ?? "";
  const id = crypto.randomUUID();
  const subject = `${message["subject"]}.response`;
  let open = true;
  /** @param {string} value */
  const finish = (value) => {
    if (!open) return;
    open = false;
    window.removeEventListener("message", listen);
    done(value);
  };
  /** @param {MessageEvent} event */
  const listen = (event) => {
    if (event.origin !== origin || event.data?.subject !== subject || event.data?.message_id !== id) return;
    finish(typeof event.data.value === "string" ? event.data.value : "");
  };
  if (!frame) {
    finish("");
    return;
  }
  window.addEventListener("message", listen);
  window.setTimeout(() => finish(""), WAIT);
  frame.postMessage({ ...message, message_id: id, key: element.dataset["key"] ?? "" }, origin);
}

/** The page between login and platform. */
export function put() {
  const link = document.querySelector("a[data-storage=put]");
  if (!(link instanceof HTMLAnchorElement)) return;
  const value = link.dataset["value"] ?? "";
  ask(link, { subject: "lti.put_data", value }, () => window.location.replace(link.href));
}

/** The page between platform and launch. */
export function get() {
  const form = document.querySelector("form[data-storage=get]");
  if (!(form instanceof HTMLFormElement)) return;
  ask(form, { subject: "lti.get_data" }, (value) => {
    const field = form.elements.namedItem("binding");
    if (field instanceof HTMLInputElement) field.value = value;
    form.submit();
  });
}
