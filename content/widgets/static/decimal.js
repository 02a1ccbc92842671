/**
 * Numbers as people type them, read and compared without rounding; the twin of `content.scoring.parse_number`.
 */

const SPACES = /[ \u00a0\u2007\u2009\u202f]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const GROUPED = /^[-+]*\d{1,3}(\.\d{3})+$/;
const DECIMAL = /^([-+]?)(\d*)\.?(\d*)$/;

/**
 * The number as `-12.5`, or null where the text is none.
 * With both signs the last one is the decimal sign. `1.234` is 1234 in German, 1.234 elsewhere.
 * @param {string} text
 * @param {string} language
 * @returns {string | null}
 */
export function parseNumber(text, language) {
  const plain = decimalPoint(text.trim().replace(SPACES, "").replace(DASHES, "-"), language);
  const match = DECIMAL.exec(plain);
  if (!match || !(match[2] || match[3])) return null;
  const whole = (match[2] ?? "").replace(/^0+(?=\d)/, "") || "0";
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  const zero = whole === "0" && fraction === "";
  return (match[1] === "-" && !zero ? "-" : "") + whole + (fraction && "." + fraction);
}

/**
 * @param {string} text
 * @param {string} language
 */
function decimalPoint(text, language) {
  const comma = text.lastIndexOf(",");
  const point = text.lastIndexOf(".");
  if (comma >= 0 && point >= 0) {
    return comma > point ? text.replaceAll(".", "").replaceAll(",", ".") : text.replaceAll(",", "");
  }
  if (comma >= 0) return text.replaceAll(",", ".");
  return language === "de" && GROUPED.test(text) ? text.replaceAll(".", "") : text;
}

/**
 * Negative, zero or positive as `a` is smaller than, equal to or greater than `b`.
 * @param {string} a a decimal with point, as `parseNumber` gives it
 * @param {string} b
 * @returns {number}
 */
export function compareDecimals(a, b) {
  const scale = Math.max(fractionDigits(a), fractionDigits(b));
  const difference = scaled(a, scale) - scaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/**
 * The exact sum.
 * @param {string[]} numbers decimals with point
 * @returns {string}
 */
export function sumDecimals(numbers) {
  const scale = Math.max(0, ...numbers.map(fractionDigits));
  const sum = numbers.reduce((total, number) => total + scaled(number, scale), 0n);
  const digits = String(sum < 0n ? -sum : sum).padStart(scale + 1, "0");
  const text = scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
  return parseNumber((sum < 0n ? "-" : "") + text, "en") ?? "0";
}

/** @param {string} number */
function fractionDigits(number) {
  return number.includes(".") ? number.length - number.indexOf(".") - 1 : 0;
}

/**
 * @param {string} number
 * @param {number} scale
 */
function scaled(number, scale) {
  return BigInt(number.replace(".", "") + "0".repeat(scale - fractionDigits(number)));
}
