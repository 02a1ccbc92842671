/**
 * Start of the run-time in the document, the same for all targets; where progress goes to is the entry's choice.
 */

import { focus } from "../../../content/widgets/static/dom.js";
import { readJson, translator } from "../../../content/widgets/static/messages.js";
import { newSeed } from "../../../content/widgets/static/random.js";
import { inLms } from "./connect.js";
import { Navigation } from "./navigation.js";
import { Notices } from "./notices.js";
import { showOverview } from "./overview.js";
import { activate } from "./page.js";
import { activateAssessments } from "./player.js";
import { Tracker } from "./tracker.js";
import { Units } from "./units.js";

/** @typedef {import("./types.js").Connected} Connected */
/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./types.js").PageEntry} PageEntry */
/** @typedef {import("../../../content/widgets/static/types.js").Messages} Messages */
/** @typedef {import("../../../content/widgets/static/types.js").Translate} Translate */

/**
 * @param {(module: Module) => Connected | Promise<Connected>} connect
 */
export function begin(connect) {
  const units = new Units();
  // The one global name: unit scripts call `staffel.unit({…})`.
  Object.assign(globalThis, { staffel: { unit: units.register.bind(units) } });
  const run = () => void start(units, connect);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
}

/**
 * @param {Units} units
 * @param {(module: Module) => Connected | Promise<Connected>} connect
 */
async function start(units, connect) {
  const module = /** @type {Module | null} */ (readJson(document, "#staffel-module"));
  const main = document.getElementById("content");
  if (!module || !main) return;
  units.folder = module.scripts ?? units.folder;
  const messages = /** @type {Messages | null} */ (readJson(document, "#staffel-messages"));
  const translate = translator(messages ?? {}, module.language);
  const notices = new Notices();
  const { adapter, missing, leave } = await connect(module);
  let ended = false;
  const tracker = new Tracker(module, adapter, { listener: listener(notices, translate, () => ended), seed: newSeed() });
  if (missing) notices.show("lms", translate("lms.missing"));
  if (!tracker.writes) notices.show("mode", translate(`mode.${tracker.mode}`));
  watch(tracker);
  const finish = document.querySelector('[data-action="finish"]');
  finish?.addEventListener("click", () => {
    ended = tracker.close(false);
    if (!ended) tracker.refused();
    else if (missing) notices.show("lms", translate("lms.missing"));
    else notices.show("save", translate(tracker.writes ? "finished" : "finished.unsaved"), { kind: "success" });
    // The button may be far below.
    focus(notices.place);
    leave?.();
  });
  await open(module, main, { units, tracker, translate, notices });
}

/**
 * @param {Module} module
 * @param {HTMLElement} main
 * @param {{units: Units, tracker: Tracker, translate: Translate, notices: Notices}} parts
 */
async function open(module, main, { units, tracker, translate, notices }) {
  const { state } = tracker;
  /** @type {PageEntry | undefined} */
  let current;
  const refresh = () => showOverview(module, state, current, translate);
  const runtime = { tracker, units, translate, notices, refresh };
  /** @param {PageEntry} page */
  const shown = (page) => {
    current = page;
    notices.remove("page");
    activate(main, runtime);
    activateAssessments(main, runtime);
    if (page.number) {
      state.visited.add(page.number);
      state.place = page.number;
    }
    tracker.changed();
    refresh();
  };
  main.addEventListener("submit", refresh);
  if (inLms(module)) {
    const failed = (/** @type {() => void} */ retry) => notices.failed(translate, retry);
    await new Navigation(module, units, main, { shown, failed }).start(state.place);
  } else {
    const page = module.pages.find(({ id }) => id === main.dataset["page"]);
    if (page) shown(page);
    else refresh();
  }
  document.documentElement.dataset["staffel"] = "ready";
}

/**
 * @param {Notices} notices
 * @param {Translate} translate
 * @param {() => boolean} ended the learner has ended the session, and an LMS may open no second one
 * @returns {import("./tracker.js").Listener}
 */
function listener(notices, translate, ended) {
  return {
    refused(retry) {
      notices.show("save", translate(ended() ? "save.ended" : "save.refused"), { kind: "warning", action: { label: translate("retry"), run: retry } });
    },
    accepted: () => notices.show("save", translate("save.accepted"), { kind: "success" }),
    overflow: () => notices.show("overflow", translate("save.overflow")),
  };
}

/**
 * `unload` and `beforeunload` are no place to save: browsers skip the first, Moodle's table of contents both.
 * @param {Tracker} tracker
 */
function watch(tracker) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") tracker.hide();
    else tracker.refresh();
  });
  // Two windows side by side: neither goes out of sight.
  addEventListener("storage", () => tracker.refresh());
  addEventListener("pagehide", () => void tracker.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) tracker.refresh();
  });
}
