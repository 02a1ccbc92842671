/**
 * What both SCORM editions share: opening tolerantly, writing only what changed, committing (SCORM 1.2 RTE 3.2).
 */

/** @typedef {import("./types.js").ScormApi} ScormApi */
/** @typedef {import("./interactions.js").Field} Field */

/** "Already initialised": Moodle answers so when the last page ended without Terminate; its data are there all the same. */
const ALREADY = new Set(["101", "103"]);

/** Without these the learner's progress is not safe; a refusal of anything else (location, scaled …) costs nothing. */
const ESSENTIAL = /suspend_data$|_status$|score\.raw$/;

export class Session {
  /** @param {ScormApi} api */
  constructor(api) {
    this.api = api;
    this.open = false;
    /** @type {Map<string, string>} */
    this.written = new Map();
    /** @type {number | null} index of the next interaction, null until the LMS was asked */
    this.count = null;
  }

  /** True where values can be read and written. */
  start() {
    this.open = this.api.initialize() === "true" || ALREADY.has(this.api.error());
    // What a session before this one wrote is no longer sure to be there.
    this.written.clear();
    this.count = null;
    return this.open;
  }

  /**
   * What the LMS already has, so that it is not written once more.
   * @param {Field[]} fields
   */
  known(fields) {
    for (const [element, value] of fields) this.written.set(element, value);
  }

  /**
   * What it should have by our own state; an answer of the LMS itself outranks it.
   * @param {Field[]} fields
   */
  assume(fields) {
    this.known(fields.filter(([element]) => !this.written.has(element)));
  }

  /**
   * Writes a value unless it stands there already; true where it stands there now.
   * @param {string} element
   * @param {string} value
   */
  write(element, value) {
    if (this.written.get(element) === value) return true;
    const done = this.api.set(element, value) === "true";
    if (done) this.written.set(element, value);
    else this.written.delete(element);
    return done;
  }

  /**
   * Writes all, even after a refusal, and commits: what can be kept is kept. True where nothing essential is missing.
   * @param {Field[]} fields
   */
  save(fields) {
    if (!this.open && !this.start()) return false;
    const refused = fields.filter(([element, value]) => !this.write(element, value));
    return this.api.commit() === "true" && !refused.some(([element]) => ESSENTIAL.test(element));
  }

  finish() {
    this.open = false;
    return this.api.terminate() === "true";
  }

  /**
   * Appends an interaction: at the LMS's own count, or at ours where it does not tell.
   * @param {Field[]} fields
   * @param {number} journal
   */
  append(fields, journal) {
    if (!this.open) return false;
    this.count ??= countOf(this.api.get("cmi.interactions._count")) ?? journal;
    const [id, ...others] = fields.map(([name, value]) => /** @type {Field} */ ([`cmi.interactions.${this.count}.${name}`, value]));
    if (!id || this.api.set(...id) !== "true") return false;
    // An element that this LMS does not take (latency, description …) must not cost the others.
    for (const [element, value] of others) this.api.set(element, value);
    this.count += 1;
    return true;
  }
}

/** @param {string} text */
function countOf(text) {
  return /^\d+$/.test(text) ? Number(text) : null;
}
