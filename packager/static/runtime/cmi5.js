/**
 * The adapter for cmi5 1.0: one session of one learner in one unit. Where no LMS started the page, progress stays in
 * this browser.
 *
 * No page views are sent, only answers and results: nobody evaluates them, so nobody should hold them.
 */

import { isWeb, launchOf, Lms, Memory } from "./cmi5-launch.js";
import { Outbox, STATE } from "./cmi5-outbox.js";
import { Statements } from "./cmi5-statements.js";
import { storageKey } from "./connect.js";
import { local, quietly } from "./local.js";

/** @typedef {import("./types.js").Adapter} Adapter */
/** @typedef {import("./types.js").Connected} Connected */
/** @typedef {import("./types.js").Interaction} Interaction */
/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./types.js").Opened} Opened */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").Status} Status */
/** @typedef {import("./cmi5-launch.js").Launch} Launch */
/** @typedef {import("./cmi5-launch.js").LaunchData} LaunchData */
/** @typedef {import("./cmi5-statements.js").Verb} Verb */
/** @typedef {{state: string, reported: Verb[]}} Saved the document that we keep in the LMS */

/** So that a last request still outlives the page (cmi5-launch.js, KEEPALIVE). */
const LIMIT = 28_000;

/** What a status says in statements; a judged module is completed as well. */
const SAYS = /** @type {Record<Status, Verb[]>} */ ({
  incomplete: [], completed: ["completed"], passed: ["passed", "completed"], failed: ["failed", "completed"],
});

/**
 * @param {Module} module gets the LMS's mastery score where it has one
 * @param {{search: string, request: import("./cmi5-launch.js").Request, document: Document, now?: () => number,
 *   session: () => Storage, storage: () => Storage, go: (address: string) => void}} page
 * @returns {Promise<Connected>}
 */
export async function connectCmi5(module, page) {
  const launch = launchOf(page.search);
  try {
    if (launch) return await session(module, launch, page);
  } catch (error) {
    console.warn(`The LMS did not open a session: ${error}`);
  }
  return { adapter: local(page.storage, storageKey(module)), missing: true };
}

/**
 * @param {Module} module
 * @param {Launch} launch
 * @param {Parameters<typeof connectCmi5>[1]} page
 * @returns {Promise<Connected>}
 */
async function session(module, launch, page) {
  const memory = new Memory(launch, quietly(page.session));
  const lms = new Lms(launch, page.request);
  await lms.authorise(memory);
  const data = /** @type {LaunchData | null} */ (await lms.state("LMS.LaunchData"));
  if (!data) throw new Error("no launch data");
  // A state that cannot be read must not be replaced by an empty one: both requests have to succeed.
  const [saved, preferences] = await Promise.all([lms.state(STATE), lms.preferences().catch(() => null)]);
  if (preferences?.["audioPreference"] === "off") mute(page.document);
  adopt(module, data);
  const statements = new Statements(launch, data, { language: module.language, now: page.now ?? Date.now });
  const adapter = new Cmi5({ lms, memory, data, statements, saved: /** @type {Saved | null} */ (saved) });
  const { returnURL } = data;
  const leave = () => void adapter.settled().then((done) => { if (done && isWeb(returnURL)) page.go(String(returnURL)); });
  return { adapter, missing: false, leave };
}

/**
 * An LMS may set another mark than the author; passed and failed have to go by it (section 9.3.4).
 * @param {Module} module
 * @param {LaunchData} data
 */
function adopt(module, { masteryScore }) {
  if (masteryScore === undefined || module.completion.pass_mark === null) return;
  const mark = Math.round(masteryScore * 10_000) / 100;
  module.completion.pass_mark = mark;
  const [first] = module.assessments;
  if (first) first.pass_mark = mark;
}

/**
 * The learner wants no sound (section 11.2); it can be turned on for each film.
 * @param {Document} document
 */
function mute(document) {
  document.addEventListener("loadstart", ({ target }) => {
    if (target && "muted" in target) target.muted = true;
  }, true);
}

/** @implements {Adapter} */
class Cmi5 {
  limit = LIMIT;
  #memory;
  #data;
  #statements;
  #outbox;
  #state;
  /** What this registration has reported. @type {Set<Verb>} */
  #reported;

  /**
   * @param {{lms: Lms, memory: Memory, data: LaunchData, statements: Statements, saved: Saved | null}} parts
   */
  constructor({ lms, memory, data, statements, saved }) {
    this.#memory = memory;
    this.#data = data;
    this.#statements = statements;
    this.#state = String(saved?.state ?? "");
    this.#reported = new Set(saved?.reported ?? []);
    this.#outbox = new Outbox(lms, this.#document());
  }

  /** @returns {Opened} */
  open() {
    this.#say("initialized");
    void this.#outbox.flush();
    const status = /** @type {Status[]} */ (["passed", "failed", "completed"]).find((verb) => this.#reported.has(/** @type {Verb} */ (verb)));
    return { mode: this.#mode, status: status ?? "incomplete", state: this.#state };
  }

  assume() {
    // The saved document says what the LMS holds.
  }

  /** @param {Snapshot} snapshot */
  save(snapshot) {
    this.#take(snapshot);
    void this.#outbox.flush();
    return !this.#outbox.failing;
  }

  /** @param {Interaction} interaction */
  record(interaction) {
    if (this.#ended) return false;
    this.#outbox.add(this.#statements.answered(interaction));
    return true;
  }

  /** @param {Snapshot | null} snapshot */
  close(snapshot) {
    if (snapshot) this.#take(snapshot);
    this.#say("terminated");
    void this.#outbox.last();
    return !this.#outbox.failing;
  }

  refresh() {
    return null;
  }

  /** @param {(accepted: boolean) => void} changed */
  listen(changed) {
    this.#outbox.listener = changed;
  }

  /** True where everything has arrived. */
  async settled() {
    await this.#outbox.flush();
    return !this.#outbox.failing;
  }

  get #mode() {
    const mode = this.#data.launchMode?.toLowerCase();
    return mode === "review" || mode === "browse" ? mode : "normal";
  }

  /** After "terminated" a session says nothing more; what is missing is said in the next one. */
  get #ended() {
    return this.#memory.verbs.has("terminated");
  }

  /** @param {Snapshot} snapshot */
  #take({ state, status, score }) {
    this.#state = state;
    const scaled = score === null ? null : Number((score / 100).toFixed(4));
    const enough = scaled === null || scaled >= (this.#data.masteryScore ?? 0);
    for (const verb of SAYS[status]) {
      const untrue = verb === "passed" && !enough;
      if (!this.#ended && !untrue && !this.#reported.has(verb) && this.#say(verb, scaled)) this.#reported.add(verb);
    }
    this.#outbox.keep(this.#document());
  }

  /**
   * @param {Verb} verb
   * @param {number | null} [score]
   * @returns {boolean} false where this session said so already
   */
  #say(verb, score) {
    if (this.#memory.verbs.has(verb)) return false;
    this.#memory.add(verb);
    this.#outbox.add(this.#statements.defined(verb, score));
    return true;
  }

  #document() {
    return JSON.stringify({ state: this.#state, reported: [...this.#reported] });
  }
}
