/**
 * Moves between the pages of a single-document module: address `#page-id`, lazy units, focus on the new heading.
 */

import { focus } from "../../../content/widgets/static/dom.js";
import { pageAt } from "./completion.js";

/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./types.js").PageEntry} PageEntry */
/** @typedef {import("./units.js").Units} Units */

/**
 * The page that an address means and, if it names one, the element in it:
 * `#page`, `#page/element`, `#exercise-ID`, `#assessment-ID`.
 * @param {Module} module
 * @param {string} hash
 * @returns {{page: PageEntry, anchor: string | null} | null}
 */
export function resolve(module, hash) {
  const [name = "", inner] = hash.slice(1).split("/");
  const direct = module.pages.find(({ id }) => id === name);
  if (direct) return { page: direct, anchor: inner ?? null };
  const place = module.exercises.find(({ id }) => name === `exercise-${id}`)?.page
    ?? module.assessments.find(({ id }) => name === `assessment-${id}`)?.page;
  const page = module.pages.find(({ id }) => id === place);
  return page ? { page, anchor: name } : null;
}

export class Navigation {
  /**
   * @param {Module} module
   * @param {Units} units
   * @param {HTMLElement} main
   * @param {{shown: (page: PageEntry) => void, failed: (retry: () => void) => void}} listener
   */
  constructor(module, units, main, listener) {
    this.module = module;
    this.units = units;
    this.main = main;
    this.listener = listener;
    /** @type {PageEntry | null} the page in `main`, before its first `shown` too */
    this.current = module.pages.find(({ id }) => id === main.dataset["page"]) ?? module.pages[0] ?? null;
    if (this.current) units.register({ unit: "", pages: { [this.current.id]: main.innerHTML } });
  }

  /**
   * The first page of this launch: the address wins, then the saved place, then the page that is there already.
   * @param {number} place page number
   */
  async start(place) {
    addEventListener("hashchange", () => this.follow());
    const target = resolve(this.module, location.hash);
    const page = target?.page ?? pageAt(this.module, place) ?? this.current;
    if (!page) return;
    if (!target) setAddress(page.id);
    if (page === this.current) this.listener.shown(page);
    else await this.show(page, { anchor: target?.anchor ?? null, moveFocus: false });
  }

  follow() {
    const target = resolve(this.module, location.hash);
    if (!target) return;
    if (target.page !== this.current) void this.show(target.page, { anchor: target.anchor, moveFocus: true });
    else if (target.anchor) goTo(target.anchor);
  }

  /**
   * @param {PageEntry} page
   * @param {{anchor: string | null, moveFocus: boolean}} options
   */
  async show(page, options) {
    this.wanted = page;
    try {
      if (!this.units.pages.has(page.id)) await this.units.load(page.unit);
    } catch {
      this.listener.failed(() => void this.show(page, options));
      return;
    }
    // Somebody may have gone on while the unit was loading.
    const html = this.units.pages.get(page.id);
    if (this.wanted !== page || html === undefined) return;
    this.current = page;
    this.main.innerHTML = html;
    this.main.dataset["page"] = page.id;
    document.title = `${page.title} – ${this.module.title}`;
    this.listener.shown(page);
    if (options.anchor && goTo(options.anchor)) return;
    scrollTo(0, 0);
    if (options.moveFocus) focus(this.main.querySelector("h1") ?? this.main);
  }
}

/**
 * @param {string} id
 * @returns {boolean} false where the page has no such element
 */
function goTo(id) {
  const target = document.getElementById(id);
  if (!target) return false;
  target.scrollIntoView();
  focus(target);
  return true;
}

/** @param {string} id */
function setAddress(id) {
  try {
    history.replaceState(null, "", `#${id}`);
  } catch {
    // A document without an address of its own: the page works without.
  }
}
