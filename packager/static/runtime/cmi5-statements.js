/**
 * What the content says about the learner, in the words of xAPI 1.0.3 and cmi5 1.0 (section 9).
 */

import { duration, typed2004 } from "./interactions.js";

/** @typedef {import("./cmi5-launch.js").Json} Json */
/** @typedef {import("./cmi5-launch.js").Launch} Launch */
/** @typedef {import("./cmi5-launch.js").LaunchData} LaunchData */
/** @typedef {import("./types.js").Interaction} Interaction */
/** @typedef {"initialized" | "completed" | "passed" | "failed" | "terminated"} Verb those that cmi5 defines for content */

const VERBS = "http://adlnet.gov/expapi/verbs/";
const CATEGORIES = "https://w3id.org/xapi/cmi5/context/categories/";
const MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore";
const INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction";

export class Statements {
  #launch;
  #data;
  #language;
  #now;
  #started;

  /**
   * @param {Launch} launch
   * @param {LaunchData} data
   * @param {{language: string, now: () => number}} options
   */
  constructor(launch, data, { language, now }) {
    this.#launch = launch;
    this.#data = data;
    this.#language = language;
    this.#now = now;
    this.#started = now();
  }

  /**
   * @param {Verb} verb
   * @param {number | null} score 0…1, for passed and failed
   * @returns {Json}
   */
  defined(verb, score = null) {
    const judged = verb === "passed" || verb === "failed";
    const moves = judged || verb === "completed";
    const { masteryScore } = this.#data;
    /** @type {Json} */
    const result = { duration: duration((this.#now() - this.#started) / 1000) };
    if (judged) result["success"] = verb === "passed";
    if (verb === "completed") result["completion"] = true;
    if (judged && score !== null) result["score"] = { scaled: score };
    return {
      ...this.#statement(verb, { objectType: "Activity", id: this.#launch.activityId }, new Date(this.#now())),
      ...(verb === "initialized" ? {} : { result }),
      context: this.#context({ category: moves ? ["cmi5", "moveon"].map(category) : [category("cmi5")] },
        judged && masteryScore !== undefined ? { [MASTERY]: masteryScore } : {}),
    };
  }

  /**
   * One checked answer; a „cmi5 allowed“ statement, so it carries no category of cmi5 (section 7.1.3).
   * @param {Interaction} interaction
   * @returns {Json}
   */
  answered(interaction) {
    const { type, response, pattern } = typed2004(interaction);
    const { id, description, result, seconds, when } = interaction;
    const object = {
      objectType: "Activity",
      id: `${this.#launch.activityId.replace(/\/$/, "")}/${encodeURIComponent(id)}`,
      definition: {
        type: INTERACTION, interactionType: type,
        ...(description ? { name: { [this.#language]: description } } : {}),
        ...(pattern ? { correctResponsesPattern: [pattern] } : {}),
      },
    };
    return {
      ...this.#statement("answered", object, when),
      result: {
        ...(response ? { response } : {}),
        ...(result === "neutral" ? {} : { success: result === "correct" }),
        duration: duration(seconds),
      },
      context: this.#context({ parent: [{ objectType: "Activity", id: this.#launch.activityId }] }, {}),
    };
  }

  /**
   * @param {string} verb
   * @param {Json} object
   * @param {Date} when
   * @returns {Json}
   */
  #statement(verb, object, when) {
    return {
      id: uuid(), actor: this.#launch.actor, verb: { id: VERBS + verb, display: { en: verb } }, object,
      timestamp: when.toISOString(),
    };
  }

  /**
   * The LMS's template with what belongs to the statement; nothing of the template is replaced (section 10).
   * @param {Record<string, Json[]>} activities
   * @param {Json} extensions
   * @returns {Json}
   */
  #context(activities, extensions) {
    const template = this.#data.contextTemplate ?? {};
    const given = /** @type {Record<string, Json | Json[]>} */ (template["contextActivities"] ?? {});
    const added = Object.entries(activities).map(([kind, list]) => {
      const there = [given[kind] ?? []].flat();
      return [kind, [...there, ...list.filter(({ id }) => !there.some((one) => one["id"] === id))]];
    });
    const all = { ...extensions, .../** @type {Json} */ (template["extensions"] ?? {}) };
    return {
      registration: this.#launch.registration, ...template,
      contextActivities: { ...given, ...Object.fromEntries(added) },
      ...(Object.keys(all).length ? { extensions: all } : {}),
    };
  }
}

/** @param {string} name */
function category(name) {
  return { objectType: "Activity", id: CATEGORIES + name };
}

/** RFC 4122, version 4. `crypto.randomUUID` exists only under https. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (/** @type {number} */ (bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (/** @type {number} */ (bytes[8]) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
