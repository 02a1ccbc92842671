/**
 * What script adds to a form of any type, on a page of a package as in the LTI tool.
 */

import { enhanceBudget } from "./budget.js";
import { enhanceOrdering } from "./ordering.js";
import { enhancePath } from "./path.js";
import { enhanceSpots } from "./spots.js";

/**
 * @param {HTMLFormElement} form
 * @param {{translate: import("./types.js").Translate, language: string}} context
 * @returns {() => void} to call after answers were written into the form
 */
export function enhance(form, { translate, language }) {
  enhanceOrdering(form, translate);
  const refreshing = [enhancePath(form, translate), enhanceSpots(form), enhanceBudget(form, translate, language)];
  return () => refreshing.forEach((refresh) => refresh());
}
