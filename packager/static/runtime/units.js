/**
 * Pages, exercises and pools as the unit scripts bring them: `staffel.unit({…})`. Classic scripts, because neither
 * modules nor fetch work from file://.
 */

import { all, element } from "../../../content/widgets/static/dom.js";

/** @typedef {import("./types.js").UnitPayload} UnitPayload */
/** @typedef {import("../../../content/widgets/static/types.js").ExerciseData} ExerciseData */

export class Units {
  constructor() {
    /** @type {Map<string, string>} */
    this.pages = new Map();
    /** @type {Map<string, ExerciseData>} */
    this.exercises = new Map();
    /** @type {Map<string, string>} */
    this.widgets = new Map();
    /** @type {Set<string>} */
    this.loaded = new Set();
    this.folder = "pages/";
  }

  /** @param {UnitPayload} payload */
  register({ unit, pages = {}, exercises = {}, widgets = {} }) {
    for (const [id, html] of Object.entries(pages)) this.pages.set(id, html);
    for (const [id, data] of Object.entries(exercises)) this.exercises.set(id, data);
    for (const [id, html] of Object.entries(widgets)) this.widgets.set(id, html);
    this.loaded.add(unit);
  }

  /**
   * Loads the script of a unit or a pool once; rejects where it cannot be had.
   * @param {string} unit
   * @returns {Promise<void>}
   */
  async load(unit) {
    if (this.loaded.has(unit)) return;
    const file = `${this.folder}${unit}.js`;
    await new Promise((resolve, reject) => {
      const script = element("script", { src: file });
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
      document.head.append(script);
    });
    if (!this.loaded.has(unit)) throw new Error(file);
  }

  /**
   * The data of an exercise: from a unit script or from the element behind its form.
   * @param {string} id
   * @returns {ExerciseData | null}
   */
  exercise(id) {
    const known = this.exercises.get(id);
    if (known) return known;
    const found = all(document, "script.exercise-data").find((node) => node.dataset["exercise"] === id);
    if (!found) return null;
    const data = /** @type {ExerciseData} */ (JSON.parse(found.textContent ?? "null"));
    this.exercises.set(id, data);
    return data;
  }
}
