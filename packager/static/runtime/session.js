/**
 * The adapter for both SCORM editions: opens tolerantly, writes only what changed, commits (SCORM 1.2 RTE 3.2;
 * SCORM 2004 4th Edition RTE 3.1). What is particular to an edition stands in scorm12.js and scorm2004.js.
 */

/** @typedef {import("./types.js").Adapter} Adapter */
/** @typedef {import("./types.js").Edition} Edition */
/** @typedef {import("./types.js").Interaction} Interaction */
/** @typedef {import("./types.js").Opened} Opened */
/** @typedef {import("./types.js").ScormApi} ScormApi */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./interactions.js").Field} Field */

const STATE = "cmi.suspend_data";

/** "Already initialised": Moodle answers so when the last page ended without Terminate; its data are there all the same. */
const ALREADY = /^10[13]$/;

/** What an LMS has to keep (SCORM 2004 RTE 4.2.9). Moodle posts all of them each time, and PHP silently cuts long posts. */
const MOST = 250;

/** Without these the learner's progress is not safe; a refusal of anything else (location, scaled …) costs nothing. */
const ESSENTIAL = /suspend_data$|_status$|score\.raw$/;

/** @implements {Adapter} */
export class Session {
  #api;
  #edition;
  #open = false;
  /** @type {Map<string, string>} */
  #written = new Map();
  /** @type {number | null} index of the next interaction, null until the LMS was asked */
  #count = null;

  /**
   * @param {ScormApi} api
   * @param {Edition} edition
   */
  constructor(api, edition) {
    this.#api = api;
    this.#edition = edition;
  }

  get limit() {
    return this.#edition.limit;
  }

  /** True where values can be read and written. */
  start() {
    this.#open = this.#api.initialize() === "true" || ALREADY.test(this.#api.error());
    // What a session before this one wrote is no longer sure to be there.
    this.#written.clear();
    this.#count = null;
    return this.#open;
  }

  /** @returns {Opened} */
  open() {
    const mode = this.#api.get(this.#edition.mode);
    const { status, known } = this.#edition.status(this.#api.get);
    const { preview } = this.#edition;
    if (preview && mode === "browse" && known[0]?.[1] === "not attempted") this.#api.set(preview, "browsed");
    const state = this.#api.get(STATE);
    this.#written = new Map([...known, [STATE, state]]);
    return { mode: mode === "review" || mode === "browse" ? mode : "normal", status, state };
  }

  /**
   * What the LMS should have by our own state; its own answers outrank it.
   * @param {Snapshot} snapshot
   */
  assume(snapshot) {
    this.#written = new Map([...this.#edition.fields(snapshot), ...this.#written]);
  }

  /**
   * Writes all, even after a refusal, and commits: what can be kept is kept. True where nothing essential is missing.
   * @param {Snapshot} snapshot
   * @param {number | null} seconds
   */
  save(snapshot, seconds) {
    if (!this.#open && !this.start()) return false;
    const { fields, exit, time } = this.#edition;
    const all = /** @type {Field[]} */ ([[STATE, snapshot.state], ...fields(snapshot), exit(snapshot.status)]);
    if (seconds !== null) all.push(time(seconds));
    const refused = all.filter(([element, value]) => !this.#write(element, value));
    return this.#api.commit() === "true" && !refused.some(([element]) => ESSENTIAL.test(element));
  }

  /**
   * Appends at the LMS's own count, or at ours where it does not tell.
   * @param {Interaction} interaction
   * @param {number} journal
   */
  record(interaction, journal) {
    if (!this.#open) return false;
    this.#count ??= countOf(this.#api.get("cmi.interactions._count")) ?? journal;
    if (this.#count >= MOST) return false;
    const prefix = `cmi.interactions.${this.#count}.`;
    const [id, ...others] = this.#edition.interaction(interaction);
    if (!id || this.#api.set(prefix + id[0], id[1]) !== "true") return false;
    // An element that this LMS does not take (latency, description …) must not cost the others.
    for (const [name, value] of others) this.#api.set(prefix + name, value);
    this.#count += 1;
    return true;
  }

  /**
   * @param {Snapshot | null} snapshot
   * @param {number} seconds
   * @param {boolean} [leaving] false: the page stays, and what is refused now may be taken later
   */
  close(snapshot, seconds, leaving = true) {
    if (!this.#open) return true;
    const saved = !snapshot || this.save(snapshot, seconds);
    // Once it has ended a session, Moodle may not open another one.
    if (!saved && !leaving) return false;
    this.#open = false;
    return this.#api.terminate() === "true" && saved;
  }

  refresh() {
    return null;
  }

  /**
   * Writes a value unless it stands there already; true where it stands there now.
   * @param {string} element
   * @param {string} value
   */
  #write(element, value) {
    if (this.#written.get(element) === value) return true;
    const done = this.#api.set(element, value) === "true";
    if (done) this.#written.set(element, value);
    else this.#written.delete(element);
    return done;
  }
}

/** @param {string} text */
function countOf(text) {
  return /^\d+$/.test(text) ? Number(text) : null;
}
