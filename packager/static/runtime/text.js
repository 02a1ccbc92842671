/**
 * Characters of the saved state: numbers in base 32 with a continuation digit, texts with escapes.
 *
 * Only characters of the Basic Multilingual Plane leave this file, because ILIAS stores 3-byte utf8, and none that a
 * filter against HTML would touch. `*`, `|` and `=` separate; nothing else in the state contains them.
 */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE = 32;
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));

/** Escaped with one letter after `~`: our separators and what HTML filters or magic quotes change. */
const SHORT = new Map([..."~*|=<>&\"'\\\n\t"].map((char, index) => [char, /** @type {string} */ ("0123456789nt"[index])]));
const LONG = new Map([...SHORT].map(([char, letter]) => [letter, char]));
const UNSAFE = /[~*|=<>&"'\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/g;

/**
 * A whole number >= 0: 1 character below 32, 2 below 1,024, 3 below 32,768.
 * @param {number} number
 */
export function encodeNumber(number) {
  let rest = Math.max(0, Math.floor(number));
  let text = "";
  while (rest >= BASE) {
    text += DIGITS.charAt(BASE + (rest % BASE));
    rest = Math.floor(rest / BASE);
  }
  return text + DIGITS.charAt(rest);
}

/** @param {string} text */
export function encodeText(text) {
  return text.replace(UNSAFE, (char) => {
    const letter = SHORT.get(char);
    return letter ? `~${letter}` : `~u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** @param {string} text */
export function decodeText(text) {
  return text.replace(/~(?:u([0-9a-f]{4})|(.))/gs, (_, code, letter) =>
    code ? String.fromCharCode(Number.parseInt(code, 16)) : LONG.get(letter) ?? "");
}

/** Numbers of a set of small ones, six to a character. @param {Set<number>} set */
export function encodeSet(set) {
  const bits = /** @type {number[]} */ ([]);
  for (const number of set) {
    const place = Math.floor(number / 6);
    while (bits.length <= place) bits.push(0);
    bits[place] = (bits[place] ?? 0) | (1 << (number % 6));
  }
  return bits.map((value) => DIGITS.charAt(value)).join("");
}

/**
 * @param {string} text
 * @returns {Set<number>}
 */
export function decodeSet(text) {
  const numbers = [...text].flatMap((digit, place) =>
    [0, 1, 2, 3, 4, 5].filter((bit) => (VALUES.get(digit) ?? 0) & (1 << bit)).map((bit) => place * 6 + bit));
  return new Set(numbers);
}

/** What a reader throws at the end of a damaged record; `decode` drops that record. */
export class Damaged extends Error {}

/** Reads a record from left to right. */
export class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  get done() {
    return this.at >= this.text.length;
  }

  /** @returns {number} */
  number() {
    let number = 0;
    for (let factor = 1; factor < 2 ** 50; factor *= BASE) {
      const digit = VALUES.get(this.text.charAt(this.at));
      if (digit === undefined) throw new Damaged();
      this.at += 1;
      number += (digit % BASE) * factor;
      if (digit < BASE) return number;
    }
    throw new Damaged();
  }

  /** @returns {string} */
  string() {
    const end = this.text.indexOf("*", this.at);
    if (end < 0) throw new Damaged();
    const text = decodeText(this.text.slice(this.at, end));
    this.at = end + 1;
    return text;
  }

  /**
   * @template T
   * @param {number} count
   * @param {() => T} read
   * @returns {T[]}
   */
  list(count, read) {
    // Every element takes at least one character: a larger count is damage, not a reason to loop.
    if (count > this.text.length - this.at) throw new Damaged();
    return Array.from({ length: count }, read);
  }
}
