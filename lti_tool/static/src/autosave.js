/**
 * Saves a draft every five seconds while it changes, and once more when the page is left.
 * A revision goes with each save; the server refuses one that is not newer, so nothing is ever overwritten unseen.
 * Each window has a name and counts its saves: so the server knows a window again that did not hear it had saved.
 */

import { button, element } from "../../../content/widgets/static/dom.js";
import { find, forget, forgetOld, keep } from "./local.js";
import { clock, launchToken, translate } from "./texts.js";

const EVERY = 5000;
const LONGEST_PAUSE = 60_000;
const UNAUTHORISED = 401;
const CONFLICT = 409;
/** Browsers send at most 64 KiB with a request that outlives its page. */
const KEEPALIVE = 60_000;

export class Autosave {
  /** @type {Promise<void> | null} */
  #running = null;
  #timer = 0;
  #pause = EVERY;
  #stopped = false;
  #kept = true;
  #saved = "";

  /**
   * @param {HTMLFormElement} form
   * @param {{address: string, attempt: string, writer: string, status: HTMLElement, restored: () => void}} place
   *   `writer` is the window that saved last, as the server knows it
   */
  constructor(form, { address, attempt, writer, status, restored }) {
    this.form = form;
    this.address = address;
    this.status = status;
    this.restored = restored;
    this.key = `${attempt} ${form.dataset["exercise"]}`;
    this.say = translate();
    this.writer = hidden(form, "writer", crypto.randomUUID().replaceAll("-", ""));
    this.serial = hidden(form, "serial", "0");
    this.#saved = this.#text();
    // What changes with every key must not be read aloud; only trouble is announced.
    this.alert = element("p", { class: "draft-alert", role: "status" });
    status.after(this.alert);
    forgetOld();
    this.#recover(writer);
    form.addEventListener("input", () => this.#changed());
    form.addEventListener("submit", () => this.#leaveByForm());
    addEventListener("pagehide", () => this.#lastSave());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.#lastSave());
    addEventListener("online", () => this.#soon(0));
  }

  /** The answer as the form holds it. */
  #fields() {
    const own = new Set(["launch_token", "attempt", "exercise", "revision", "step", "writer", "serial"]);
    const data = new FormData(this.form);
    return /** @type {[string, string][]} */ ([...data].filter(([name, value]) => !own.has(name) && typeof value === "string"));
  }

  #text() {
    return JSON.stringify(this.#fields());
  }

  get #revision() {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem("revision"));
  }

  #changed() {
    if (this.#stopped) return;
    if (this.#text() === this.#saved) return;
    const grownFrom = Number(this.#revision.value) - 1;
    this.#kept = keep(this.key, { revision: grownFrom, writer: this.writer.value, fields: this.#fields(), at: Date.now() });
    this.#soon(this.#pause);
  }

  /** @param {number} delay */
  #soon(delay) {
    if (this.#stopped || (this.#timer && delay)) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.#running ??= this.#save().finally(() => {
        this.#running = null;
        if (this.#text() !== this.#saved) this.#soon(this.#pause);
      });
    }, delay);
  }

  async #save() {
    const text = this.#text();
    if (text === this.#saved || this.#stopped) return;
    this.status.textContent = this.say("work.saving");
    try {
      const response = await fetch(this.address, this.#request(false));
      if (response.ok) this.#accepted(text, await response.json());
      else await this.#refused(response);
    } catch {
      this.#offline();
    }
  }

  /** @param {boolean} keepalive */
  #request(keepalive) {
    const body = new URLSearchParams(this.#fields());
    this.#count();
    for (const name of ["attempt", "exercise", "revision", "writer", "serial"]) {
      body.set(name, /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name)).value);
    }
    body.set("hints", String(this.form.querySelectorAll(".exercise-hints details[open]").length));
    const headers = { "X-Launch-Token": launchToken(), Accept: "application/json" };
    return { method: "POST", body, headers, keepalive };
  }

  #count() {
    this.serial.value = String(Number(this.serial.value) + 1);
  }

  /**
   * @param {string} text
   * @param {{revision: number, saved_at: string}} answer
   */
  #accepted(text, answer) {
    this.#saved = text;
    this.#pause = EVERY;
    this.#revision.value = String(answer.revision + 1);
    if (this.#text() === text) forget(this.key);
    else this.#changed();
    this.status.textContent = this.say("work.saved", { clock: clock(new Date(answer.saved_at)) });
    this.#warn("");
  }

  /** @param {Response} response */
  async #refused(response) {
    if (response.status === UNAUTHORISED) {
      this.#stop(this.say(this.#kept ? "work.expired" : "work.expired.memory"));
      return;
    }
    if (response.status !== CONFLICT) {
      this.#offline();
      return;
    }
    const answer = await response.json();
    if (answer.error === "stale") this.#conflict(answer);
    else if (answer.error === "too-long") this.#tooLong(answer.message);
    else this.#stop(answer.message ?? this.say("work.closed"));
  }

  #offline() {
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    this.status.textContent = "";
    this.#warn(this.say(this.#kept ? "work.offline" : "work.offline.memory"));
    this.#soon(this.#pause);
  }

  /**
   * Nothing is saved until the text is shorter; the copy in this browser goes on.
   * @param {string} message
   */
  #tooLong(message) {
    this.#pause = 2 * EVERY;
    this.status.textContent = "";
    this.#warn(message);
  }

  /**
   * Two windows: the person decides, and until then nothing is saved from here.
   * @param {{revision: number}} answer
   */
  #conflict(answer) {
    this.#stop(this.say("work.conflict"));
    const mine = button(this.say("work.take-mine"), "secondary", () => {
      this.#stopped = false;
      this.#revision.value = String(answer.revision + 1);
      this.#warn("");
      this.#soon(0);
    });
    const theirs = button(this.say("work.take-theirs"), "secondary", () => {
      forget(this.key);
      document.querySelector("form[data-resume]") instanceof HTMLFormElement
        ? /** @type {HTMLFormElement} */ (document.querySelector("form[data-resume]")).submit()
        : location.reload();
    });
    this.alert.append(" ", mine, " ", theirs);
  }

  /** @param {string} message */
  #stop(message) {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.status.textContent = "";
    this.#warn(message);
  }

  /** @param {string} message */
  #warn(message) {
    if (this.alert.textContent !== message) this.alert.textContent = message;
  }

  /** The form carries the text itself. */
  #leaveByForm() {
    this.#count();
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #lastSave() {
    const text = this.#text();
    if (this.#stopped || text === this.#saved) return;
    if (text.length > KEEPALIVE) return;
    fetch(this.address, this.#request(true))
      .then(async (response) => response.ok && this.#accepted(text, await response.json()))
      .catch(() => {
        // The copy in this browser is still there.
      });
  }

  /**
   * Text of an earlier visit that the server never got; text that is older than the server's is left alone. Where both
   * are of one window, the copy is the newer one.
   * @param {string} writer
   */
  #recover(writer) {
    const copy = find(this.key);
    if (!copy) return;
    const older = copy.revision < Number(this.#revision.value) - 1 && (!writer || copy.writer !== writer);
    if (older || JSON.stringify(copy.fields) === this.#saved) {
      forget(this.key);
      return;
    }
    write(this.form, copy.fields);
    this.restored();
    this.#warn(this.say("work.recovered"));
    this.#soon(0);
  }
}

/**
 * A field that goes along with whatever the form sends.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function hidden(form, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
  return field;
}

/**
 * @param {HTMLFormElement} form
 * @param {[string, string][]} fields
 */
function write(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) {
      control.checked = (values.get(control.name) ?? []).includes(control.value);
    } else if ((control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement
        || (control instanceof HTMLInputElement && control.type === "text")) && values.has(control.name)) {
      control.value = values.get(control.name)[0] ?? "";
    }
  }
}
