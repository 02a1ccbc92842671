/**
 * Start of the run-time `staffel.js`, the same for SCORM 1.2, SCORM 2004, web and IMS content packages.
 */

import { readJson, translator } from "../../../content/widgets/static/messages.js";
import { newSeed } from "../../../content/widgets/static/random.js";
import { connect, isScorm } from "./connect.js";
import { Navigation } from "./navigation.js";
import { Notices } from "./notices.js";
import { showOverview } from "./overview.js";
import { activate } from "./page.js";
import { activateAssessments } from "./player.js";
import { Tracker } from "./tracker.js";
import { Units } from "./units.js";

/** @typedef {import("./types.js").Module} Module */
/** @typedef {import("./types.js").PageEntry} PageEntry */
/** @typedef {import("../../../content/widgets/static/types.js").Messages} Messages */
/** @typedef {import("../../../content/widgets/static/types.js").Translate} Translate */

const units = new Units();

// The one global name: unit scripts call `staffel.unit({…})`.
Object.assign(globalThis, { staffel: { unit: units.register.bind(units) } });

function start() {
  const module = /** @type {Module | null} */ (readJson(document, "#staffel-module"));
  const main = document.getElementById("content");
  if (!module || !main) return;
  units.folder = module.scripts ?? units.folder;
  const messages = /** @type {Messages | null} */ (readJson(document, "#staffel-messages"));
  const translate = translator(messages ?? {}, module.language);
  const notices = new Notices();
  const { adapter, missing } = connect(module, window, () => localStorage);
  const tracker = new Tracker(module, adapter, { listener: listener(notices, translate), seed: newSeed() });
  if (missing) notices.show("lms", translate("lms.missing"));
  if (!tracker.writes) notices.show("mode", translate(`mode.${tracker.mode}`));
  watch(tracker);
  const finish = document.querySelector('[data-action="finish"]');
  finish?.addEventListener("click", () => {
    if (tracker.close()) notices.show("finish", translate("finished"), { kind: "success" });
    else tracker.refused();
  });
  void open(module, main, { tracker, translate, notices });
}

/**
 * @param {Module} module
 * @param {HTMLElement} main
 * @param {{tracker: Tracker, translate: Translate, notices: Notices}} parts
 */
async function open(module, main, { tracker, translate, notices }) {
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
  if (isScorm(module)) {
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
 * @returns {import("./tracker.js").Listener}
 */
function listener(notices, translate) {
  return {
    refused: (retry) => notices.show("save", translate("save.refused"),
      { kind: "warning", action: { label: translate("retry"), run: retry } }),
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
  addEventListener("pagehide", () => void tracker.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) tracker.refresh();
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
