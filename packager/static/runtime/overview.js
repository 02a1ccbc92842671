/**
 * What the frame around a page shows: where one is, what was visited, how it stands.
 */

import { all, element } from "../../../content/widgets/static/dom.js";
import { pageAt } from "./completion.js";

/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./types.js").PageEntry} PageEntry */
/** @typedef {import("./types.js").State} State */
/** @typedef {import("../../../content/widgets/static/types.js").Translate} Translate */

/**
 * @param {Module} module
 * @param {State} state
 * @param {PageEntry | undefined} current
 * @param {Translate} translate
 */
export function showOverview(module, state, current, translate) {
  markLinks(module, state, current, translate);
  if (current) linkNeighbours(module, current);
  showProgress(module, state, current, translate);
  const { status, score } = state;
  fill("status", score === null ? translate(`status.${status}`)
    : translate("status.score", { score: score / 100, status: translate(`status.${status}`) }));
  showResume(module, state, current);
}

/**
 * @param {Module} module
 * @param {State} state
 * @param {PageEntry | undefined} current
 * @param {Translate} translate
 */
function markLinks(module, state, current, translate) {
  const numbers = new Map(module.pages.map((page) => [page.id, page.number]));
  for (const link of all(document, "a[data-page]")) {
    const id = link.dataset["page"] ?? "";
    if (id === current?.id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (!state.visited.has(numbers.get(id) ?? -1) || link.dataset["visited"]) continue;
    link.dataset["visited"] = "true";
    link.append(element("span", { class: "visually-hidden" }, ` ${translate("page.visited")}`));
  }
}

/**
 * @param {Module} module
 * @param {PageEntry} current
 */
function linkNeighbours(module, current) {
  const pages = numbered(module);
  const index = pages.indexOf(current);
  for (const [name, step] of /** @type {const} */ ([["previous", -1], ["next", 1]])) {
    // Beside a page that is not counted there is none: neither before it nor after.
    const page = index < 0 ? undefined : pages[index + step];
    for (const link of all(document, `a[data-nav="${name}"]`)) {
      link.hidden = !page;
      if (page) link.setAttribute("href", page.href ?? `#${page.id}`);
      const title = link.querySelector("[data-nav-title]");
      if (title) title.textContent = page?.title ?? "";
    }
  }
}

/**
 * @param {Module} module
 * @param {State} state
 * @param {PageEntry | undefined} current
 * @param {Translate} translate
 */
function showProgress(module, state, current, translate) {
  const tracked = module.pages.filter((page) => page.tracked);
  const visited = tracked.filter((page) => state.visited.has(page.number)).length;
  const words = translate("progress.visited", { n: visited, of: tracked.length });
  const pages = numbered(module);
  const place = current?.number && translate("progress.place", { page: pages.indexOf(current) + 1, of: pages.length });
  fill("progress-text", place ? `${place} · ${words}` : words);
  for (const bar of all(document, 'progress[data-staffel="progress"]')) {
    bar.setAttribute("max", String(tracked.length || 1));
    bar.setAttribute("value", String(visited));
  }
}

/** @param {Module} module */
function numbered(module) {
  return module.pages.filter(({ number }) => number > 0);
}

/**
 * On a site with one document per page: the way back to where one was.
 * @param {Module} module
 * @param {State} state
 * @param {PageEntry | undefined} current
 */
function showResume(module, state, current) {
  const page = pageAt(module, state.place);
  for (const link of all(document, 'a[data-staffel="resume"]')) {
    link.hidden = !page?.href || page.id === current?.id;
    if (page?.href) link.setAttribute("href", page.href);
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function fill(name, text) {
  for (const place of all(document, `[data-staffel="${name}"]`)) {
    if (place.textContent !== text) place.textContent = text;
  }
}
