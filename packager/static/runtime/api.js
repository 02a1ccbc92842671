/**
 * Finds the LMS by the search that SCORM prescribes: up the parents, then up from the opener (SCORM 1.2 RTE 3.3.6.1;
 * SCORM 2004 4th Edition RTE 3.3.1), and puts both editions' eight functions under one set of names.
 */

/** @typedef {import("./types.js").ScormApi} ScormApi */
/** @typedef {"scorm12" | "scorm2004"} Edition */
/** @typedef {Record<string, (...values: string[]) => unknown>} RawApi */
/** @typedef {{parent: unknown, opener: unknown, top?: unknown}} Frame the part of `window` that the search uses */

const LEVELS = 500;
const NAMES = { scorm12: "API", scorm2004: "API_1484_11" };

/**
 * @param {Edition} edition
 * @param {Frame} frame where the content runs
 * @returns {ScormApi | null}
 */
export function findApi(edition, frame) {
  const raw = climb(edition, frame) ?? climb(edition, read(frame, "opener")) ?? climb(edition, read(read(frame, "top"), "opener"));
  return raw && named(edition, raw);
}

/**
 * @param {Edition} edition
 * @param {unknown} start
 * @returns {RawApi | null}
 */
function climb(edition, start) {
  let frame = start;
  for (let level = 0; frame && level <= LEVELS; level += 1) {
    const api = read(frame, NAMES[edition]);
    if (api && typeof api === "object") return /** @type {RawApi} */ (api);
    const parent = read(frame, "parent");
    if (parent === frame) return null;
    frame = parent;
  }
  return null;
}

/**
 * A property of a window, undefined where another origin forbids to look; the search then goes on above it.
 * @param {unknown} frame
 * @param {string} name
 * @returns {unknown}
 */
function read(frame, name) {
  try {
    return /** @type {Record<string, unknown> | null | undefined} */ (frame)?.[name];
  } catch {
    return undefined;
  }
}

/**
 * One set of names for both editions.
 * @param {Edition} edition
 * @param {RawApi} raw
 * @returns {ScormApi}
 */
function named(edition, raw) {
  const prefix = edition === "scorm12" ? "LMS" : "";
  return {
    initialize: () => call(raw, `${prefix}Initialize`, ""),
    terminate: () => call(raw, prefix ? "LMSFinish" : "Terminate", ""),
    get: (name) => call(raw, `${prefix}GetValue`, name),
    set: (name, value) => call(raw, `${prefix}SetValue`, name, value),
    commit: () => call(raw, `${prefix}Commit`, ""),
    error: () => call(raw, `${prefix}GetLastError`),
  };
}

/**
 * The answer as a string; a function that is missing or throws answers like one that failed.
 * @param {RawApi} raw
 * @param {string} name
 * @param {...string} values
 */
function call(raw, name, ...values) {
  try {
    return String(/** @type {(...values: string[]) => unknown} */ (raw[name]).apply(raw, values) ?? "");
  } catch {
    return "false";
  }
}
