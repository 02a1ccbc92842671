/**
 * The adapter without an LMS: progress stays in this browser, silently without where storage is forbidden.
 */

/** @typedef {import("./types.js").Adapter} Adapter */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("../../../content/widgets/static/types.js").Drafts} Drafts */

const STATE = 64_000;

/**
 * @param {() => Drafts} storage may throw, as `localStorage` does where cookies are blocked
 * @param {string} key
 * @returns {Adapter}
 */
export function local(storage, key) {
  const read = () => quietly(() => storage().getItem(key)) ?? "";
  /** @param {Snapshot | null} snapshot */
  const write = (snapshot) => {
    if (snapshot) quietly(() => storage().setItem(key, snapshot.state));
    return true;
  };
  return {
    limit: STATE,
    open: () => ({ mode: "normal", status: "incomplete", state: read() }),
    assume: () => undefined,
    save: write,
    record: () => false,
    close: write,
    refresh: read,
  };
}

/**
 * @template T
 * @param {() => T} work
 * @returns {T | null}
 */
export function quietly(work) {
  try {
    return work();
  } catch {
    return null;
  }
}
