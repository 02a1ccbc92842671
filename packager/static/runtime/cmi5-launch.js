/**
 * How an LMS starts a cmi5 unit: launch parameters, token, launch data (cmi5 1.0, sections 8, 10 and 11).
 */

/** @typedef {Record<string, unknown>} Json */
/** @typedef {{endpoint: string, fetch: string, actor: Json, registration: string, activityId: string}} Launch */
/** @typedef {(url: string, options?: RequestInit) => Promise<Response>} Request */
/** @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void}} Storage */
/** @typedef {Record<string, string>} Parameters */
/**
 * The document `LMS.LaunchData`.
 * @typedef {{contextTemplate?: Json, launchMode?: string, masteryScore?: number, returnURL?: string}} LaunchData
 */

const VERSION = "1.0.3";
/** Browsers let requests outlive their page up to 64 KiB together. */
const KEEPALIVE = 30_000;
const NOT_FOUND = 404;

/**
 * @param {string} search
 * @returns {Launch | null} null where no LMS started the page
 */
export function launchOf(search) {
  const query = new URLSearchParams(search);
  const [endpoint = "", fetch = "", registration = "", activityId = ""] =
    ["endpoint", "fetch", "registration", "activityId"].map((name) => query.get(name) ?? "");
  const actor = objectOf(query.get("actor") ?? "");
  if (!isWeb(endpoint) || !isWeb(fetch) || !actor || !registration || !activityId) return null;
  return { endpoint: endpoint.replace(/\/*$/, "/"), fetch, actor, registration, activityId };
}

/** @param {unknown} address */
export function isWeb(address) {
  return typeof address === "string" && /^https?:\/\//i.test(address);
}

/**
 * @param {string} text
 * @returns {Json | null}
 */
function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/**
 * What one launch has to remember over a reload of its page: the token comes once, and no verb may come twice.
 */
export class Memory {
  /** @type {Set<string>} */
  verbs;

  /**
   * @param {Launch} launch
   * @param {Storage | null} storage
   */
  constructor(launch, storage) {
    this.storage = storage;
    this.key = `staffel:cmi5:${launch.fetch}`;
    const kept = objectOf(storage?.getItem(this.key) ?? "") ?? {};
    this.token = String(kept["token"] ?? "");
    this.verbs = new Set(Array.isArray(kept["verbs"]) ? kept["verbs"] : []);
  }

  /** @param {string} verb */
  add(verb) {
    this.verbs.add(verb);
    this.keep();
  }

  keep() {
    try {
      this.storage?.setItem(this.key, JSON.stringify({ token: this.token, verbs: [...this.verbs] }));
    } catch {
      // Full: a reload will find the launch used up, and the learner starts again.
    }
  }
}

/** The LMS's side of xAPI, for one learner, unit and registration. */
export class Lms {
  #launch;
  #request;
  #token = "";

  /**
   * @param {Launch} launch
   * @param {Request} request
   */
  constructor(launch, request) {
    this.#launch = launch;
    this.#request = request;
  }

  /**
   * The fetch URL gives the token to the first who asks.
   * @param {Memory} memory
   */
  async authorise(memory) {
    if (!memory.token) {
      const response = await this.#request(this.#launch.fetch, { method: "POST" });
      const answer = await response.json();
      if (!answer["auth-token"]) throw new Error(`no token: ${answer["error-text"] ?? response.status}`);
      memory.token = String(answer["auth-token"]);
      memory.keep();
    }
    this.#token = memory.token;
  }

  /**
   * A document of the learner in this unit.
   * @param {string} stateId
   */
  state(stateId) {
    return this.#json("activities/state", this.#document(stateId));
  }

  preferences() {
    return this.#json("agents/profile", { agent: JSON.stringify(this.#launch.actor), profileId: "cmi5LearnerPreferences" });
  }

  /**
   * @param {string} stateId
   * @param {string} text JSON
   */
  async keep(stateId, text) {
    const response = await this.#send("PUT", "activities/state", this.#document(stateId), text);
    if (!response.ok) throw new Error(`state: ${response.status}`);
  }

  /** @param {Json[]} statements */
  post(statements) {
    return this.#send("POST", "statements", {}, JSON.stringify(statements));
  }

  /**
   * @param {string} stateId
   * @returns {Parameters}
   */
  #document(stateId) {
    const { activityId, actor, registration } = this.#launch;
    return { activityId, agent: JSON.stringify(actor), registration, stateId };
  }

  /**
   * @param {string} resource
   * @param {Parameters} parameters
   * @returns {Promise<Json | null>} null where there is no such document
   */
  async #json(resource, parameters) {
    const response = await this.#send("GET", resource, parameters);
    if (response.status === NOT_FOUND) return null;
    if (!response.ok) throw new Error(`${resource}: ${response.status}`);
    return objectOf(await response.text());
  }

  /**
   * @param {string} method
   * @param {string} resource
   * @param {Parameters} parameters
   * @param {string} [body] JSON
   */
  #send(method, resource, parameters, body) {
    const query = new URLSearchParams(parameters).toString().replaceAll("+", "%20");
    /** @type {Record<string, string>} */
    const headers = { Authorization: `Basic ${this.#token}`, "X-Experience-API-Version": VERSION };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return this.#request(this.#launch.endpoint + resource + (query && `?${query}`),
      { method, headers, ...(body === undefined ? { cache: "no-store" } : { body, keepalive: body.length < KEEPALIVE }) });
  }
}
