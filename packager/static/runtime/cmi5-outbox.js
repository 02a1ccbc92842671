/**
 * Brings statements and the state to the LMS: in their order, each once, and again after a failure.
 */

/** @typedef {import("./cmi5-launch.js").Json} Json */
/** @typedef {import("./cmi5-launch.js").Lms} Lms */

/** Identifier of our document in the LMS. */
export const STATE = "staffel";
const MOST = 20;
/** What no repetition changes: malformed, there already, too large, not to be processed. */
const FINAL = new Set([400, 409, 413, 422]);

export class Outbox {
  #lms;
  /** @type {Json[]} */
  #waiting = [];
  /** @type {Promise<unknown>} */
  #work = Promise.resolve();
  #busy = false;
  #wanted = "";
  /** The document that the LMS holds, or is on its way there. */
  #stored = "";
  /** The LMS does not take what it is sent. */
  failing = false;
  /** @type {(accepted: boolean) => void} */
  listener = () => undefined;

  /**
   * @param {Lms} lms
   * @param {string} stored the state document as the LMS holds it
   */
  constructor(lms, stored) {
    this.#lms = lms;
    this.#wanted = stored;
    this.#stored = stored;
  }

  /** @param {Json} statement */
  add(statement) {
    this.#waiting.push(statement);
  }

  /** @param {string} text */
  keep(text) {
    this.#wanted = text;
  }

  /** Sends what waits; statements first, since the state says that they were sent. */
  flush() {
    if (!this.#busy) this.#work = this.#run(this.#inOrder());
    return this.#work;
  }

  /** The page is left: everything at once, beside what is on its way. */
  last() {
    this.#work = this.#run(Promise.all([this.#work, this.#statements(Infinity), this.#document()]));
    return this.#work;
  }

  /** @param {Promise<unknown>} work */
  async #run(work) {
    this.#busy = true;
    const done = await work.then(() => true, () => false);
    this.#busy = false;
    this.#turn(done);
  }

  async #inOrder() {
    while (this.#waiting.length || this.#wanted !== this.#stored) {
      if (this.#waiting.length) await this.#statements(MOST);
      else await this.#document();
    }
  }

  /** @param {number} most */
  async #statements(most) {
    const batch = this.#waiting.splice(0, most);
    try {
      if (batch.length) await this.#deliver(batch);
    } catch (error) {
      this.#waiting.unshift(...batch);
      throw error;
    }
  }

  async #document() {
    const text = this.#wanted;
    if (text === this.#stored) return;
    this.#stored = text;
    try {
      await this.#lms.keep(STATE, text);
    } catch (error) {
      this.#stored = "";
      throw error;
    }
  }

  /**
   * A statement that the LMS will never take must not hold up the others.
   * @param {Json[]} statements
   */
  async #deliver(statements) {
    const response = await this.#lms.post(statements);
    if (response.ok) return;
    if (!FINAL.has(response.status)) throw new Error(`statements: ${response.status}`);
    if (statements.length > 1) for (const statement of statements) await this.#deliver([statement]);
    else console.warn(`The LMS refused a statement: ${response.status}`);
  }

  /** @param {boolean} accepted */
  #turn(accepted) {
    if (this.failing !== accepted) return;
    this.failing = !accepted;
    this.listener(accepted);
  }
}
