/**
 * The elements of the assessment player; every view starts with a heading that can take the focus.
 */

import { button, element } from "../../../content/widgets/static/dom.js";

/** @typedef {import("./types.js").AssessmentEntry} AssessmentEntry */
/** @typedef {import("./types.js").Test} Test */
/** @typedef {import("../../../content/widgets/static/types.js").Translate} Translate */
/** @typedef {import("../../../content/widgets/static/progress.js").Progress} Progress */
/** @typedef {(() => void) | null} Action null hides the button */

/**
 * @param {string} text
 * @returns {HTMLElement}
 */
function heading(text) {
  return element("h2", { class: "assessment-heading", tabindex: "-1" }, text);
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
    assessment.attempts > 0 ? translate("test.attempts", { n: assessment.attempts, used: scores.length }) : translate("test.attempts.free"),
    assessment.pass_mark === null ? "" : translate("test.pass-mark", { percent: assessment.pass_mark }),
    scores.length ? translate("test.best", { percent: Math.max(...scores) / 100 }) : "",
    left ? "" : translate("test.used-up"),
  ].filter(Boolean);
  return [
    element("ul", { class: "assessment-facts" }, ...facts.map((fact) => element("li", {}, fact))),
    actions(
      optional(translate("test.resume"), "primary", on.resume, "resume"),
      optional(translate(scores.length ? "test.again" : "test.start"), "primary", on.start, "start"),
      optional(translate("test.review"), "secondary", on.review, "review"),
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
    heading(translate("test.step", { number: index + 1, of: count })),
    form,
    actions(
      optional(translate("test.back"), "secondary", on.back, "back"),
      optional(translate("test.check"), "primary", on.check, "check"),
      optional(translate(index + 1 < count ? "test.next" : "test.overview"), on.check ? "secondary" : "primary", on.next, "next"),
    ),
  ];
}

/**
 * @param {{title: string, progress: Progress, open: () => void}[]} tasks
 * @param {Translate} translate
 * @param {() => void} submit
 */
export function overview(tasks, translate, submit) {
  const items = tasks.map(({ title, progress, open }) => element("li", {},
    button(title, "tertiary", open),
    " ", element("span", { class: "assessment-state", "data-progress": progress }, translate(`test.${progress}`))));
  const missing = ["open", "begun"].flatMap((kind) => {
    const n = tasks.filter(({ progress }) => progress === kind).length;
    return n ? [translate(`test.${kind}.count`, { n })] : [];
  });
  return [
    heading(translate("test.overview")),
    element("p", {}, missing.join(" ") || translate("test.open.none")),
    element("ol", { class: "assessment-tasks" }, ...items),
    actions(optional(translate("test.submit"), "primary", submit, "submit")),
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
  const verdict = mark === null ? "" : translate(score >= mark * 100 ? "test.passed" : "test.failed", { percent: mark });
  const rest = Number.isFinite(left) ? translate("test.left", { n: left }) : translate("test.attempts.free");
  return [
    heading([translate("test.result", { percent: score / 100 }), verdict].filter(Boolean).join(" ")),
    element("p", {}, rest),
    actions(optional(translate("test.again"), "secondary", again, "start")),
    ...forms,
  ];
}
