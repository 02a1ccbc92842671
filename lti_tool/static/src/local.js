/**
 * A copy of unsaved text in this browser, from the first key until the server has it: nothing stays here for long.
 * It lies under the attempt's number, so another person's attempt on the same machine never sees it offered.
 */

const PREFIX = "staffel-draft ";
const DAYS = 7;

/**
 * @typedef {object} Copy
 * @property {number} revision the server's revision that the text grew from
 * @property {string} writer the window that wrote it
 * @property {[string, string][]} fields names and values of the form
 * @property {number} at when it was written (milliseconds)
 */

/** @returns {Storage | null} */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {Copy} copy
 * @returns {boolean} whether it could be kept
 */
export function keep(key, copy) {
  try {
    storage()?.setItem(PREFIX + key, JSON.stringify(copy));
    return storage() !== null;
  } catch {
    return false;
  }
}

/**
 * @param {string} key
 * @returns {Copy | null}
 */
export function find(key) {
  try {
    const copy = JSON.parse(storage()?.getItem(PREFIX + key) ?? "null");
    return copy && Array.isArray(copy.fields) && typeof copy.revision === "number" ? copy : null;
  } catch {
    return null;
  }
}

/** @param {string} key */
export function forget(key) {
  storage()?.removeItem(PREFIX + key);
}

/** Copies that nobody came back for. */
export function forgetOld() {
  const store = storage();
  if (!store) return;
  for (const key of Object.keys(store).filter((name) => name.startsWith(PREFIX))) {
    const copy = find(key.slice(PREFIX.length));
    if (!copy || Date.now() - copy.at > DAYS * 86_400_000) store.removeItem(key);
  }
}
