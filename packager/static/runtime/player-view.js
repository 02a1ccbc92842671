/**
 * The elements of the assessment player; every view starts with a heading that can take the focus.
 */

import { button, element } from "../../../content/widgets/static/dom.js";

/** @typedef {import("./types.js").AssessmentEntry} AssessmentEntry */
/** @typedef {import("./types.js").Test} Test */
/** @typedef {import("../../../content/widgets/static/types.js").Translate} Translate */
/** @typedef {(() => void) | null} Action null hides the button */

/**
 * @param {string} text
 * @returns {HTMLElement}
 */
function heading(text) {
  return element("p", { class: "assessment-heading", tabindex: "-1" }, element("strong", {}, text));
}

/**
 * @param {...(HTMLElement | null)} buttons
 */
function actions(...buttons) {
  return element("div", { class: "assessment-actions" }, ...buttons.filter((node) => node !== null));
}

/**
 * @param {string} label
 * @param {"primary" | "secondary"} kind
 * @param {Action} action
 * @param {string} name for `data-step`
 */
function optional(label, kind, action, name) {
  if (!action) return null;
  const node = button(label, kind, action);
  node.dataset["step"] = name;
  return node;
}

/**
 * @param {AssessmentEntry} assessment
 * @param {Test} test
 * @param {number} left
 * @param {Translate} translate
 * @param {{start: Action, resume: Action, review: Action}} on
 */
export function introduction(assessment, test, left, translate, on) {
  const { scores } = test;
  const facts = [
    assessment.attempts > 0 ? translate("js.test.attempts", { n: assessment.attempts, used: scores.length }) : translate("js.test.attempts.free"),
    assessment.pass_mark === null ? "" : translate("js.test.pass-mark", { percent: assessment.pass_mark }),
    scores.length ? translate("js.test.best", { percent: Math.max(...scores) / 100 }) : "",
    left ? "" : translate("js.test.used-up"),
  ].filter(Boolean);
  return [
    element("ul", { class: "assessment-facts" }, ...facts.map((fact) => element("li", {}, fact))),
    actions(
      optional(translate("js.test.resume"), "primary", on.resume, "resume"),
      optional(translate(scores.length ? "js.test.again" : "js.test.start"), "primary", on.start, "start"),
      optional(translate("js.test.review"), "secondary", on.review, "review"),
    ),
  ];
}

/**
 * @param {HTMLFormElement} form
 * @param {number} index
 * @param {number} count
 * @param {Translate} translate
 * @param {{check: Action, back: Action, next: () => void}} on
 */
export function step(form, index, count, translate, on) {
  return [
    heading(translate("js.test.step", { number: index + 1, of: count })),
    form,
    actions(
      optional(translate("js.test.back"), "secondary", on.back, "back"),
      optional(translate("js.test.check"), "primary", on.check, "check"),
      optional(translate(index + 1 < count ? "js.test.next" : "js.test.overview"), on.check ? "secondary" : "primary", on.next, "next"),
    ),
  ];
}

/**
 * @param {{title: string, answered: boolean, open: () => void}[]} tasks
 * @param {Translate} translate
 * @param {() => void} submit
 */
export function overview(tasks, translate, submit) {
  const open = tasks.filter(({ answered }) => !answered).length;
  const items = tasks.map(({ title, answered, open: go }, index) => element("li", {},
    button(title || translate("js.test.step", { number: index + 1, of: tasks.length }), "tertiary", go),
    ` ${translate(answered ? "js.test.answered" : "js.test.open")}`));
  return [
    heading(translate("js.test.overview")),
    element("p", {}, open ? translate("js.test.open.count", { n: open }) : translate("js.test.open.none")),
    element("ol", { class: "assessment-tasks" }, ...items),
    actions(optional(translate("js.test.submit"), "primary", submit, "submit")),
  ];
}

/**
 * @param {AssessmentEntry} assessment
 * @param {number} score hundredths of a percent
 * @param {number} left
 * @param {HTMLFormElement[]} forms
 * @param {Translate} translate
 * @param {Action} again
 */
export function result(assessment, score, left, forms, translate, again) {
  const mark = assessment.pass_mark;
  const verdict = mark === null ? "" : translate(score >= mark * 100 ? "js.test.passed" : "js.test.failed", { percent: mark });
  const rest = Number.isFinite(left) ? translate("js.test.left", { n: left }) : translate("js.test.attempts.free");
  return [
    heading([translate("js.test.result", { percent: score / 100 }), verdict].filter(Boolean).join(" ")),
    element("p", {}, rest),
    actions(optional(translate("js.test.again"), "secondary", again, "start")),
    ...forms,
  ];
}
