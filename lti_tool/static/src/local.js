/**
 * A copy of unsaved text in this browser, from the first key until the server has it: nothing stays here for long.
 * It lies under the attempt's number, so another person's attempt on the same machine never sees it offered.
 */

const PREFIX = "staffel-draft ";
const DEVICE = "staffel-device";
const DAYS = 7;
let usuallyShared = false;

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

/** Whether this browser keeps anything for us. */
export function works() {
  return storage() !== null;
}

/**
 * Whether several people use this device: by a person's choice here, else as the operator sees it.
 * @param {boolean} [usual] what the operator says, from now on
 */
export function isShared(usual = usuallyShared) {
  usuallyShared = usual;
  const chosen = storage()?.getItem(DEVICE) ?? null;
  return chosen === null ? usual : chosen === "shared";
}

/** @param {boolean} shared */
export function choose(shared) {
  try {
    storage()?.setItem(DEVICE, shared ? "shared" : "own");
  } catch {
    // No room: then no copy is kept either.
  }
}

/**
 * @param {string} key
 * @param {Copy} copy
 * @returns {boolean} whether it was kept
 */
export function keep(key, copy) {
  try {
    if (isShared()) return false;
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

/** Everybody's copies. */
export function forgetAll() {
  const store = storage();
  for (const key of Object.keys(store ?? {}).filter((name) => name.startsWith(PREFIX))) store?.removeItem(key);
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
