/** The bundle as it is shipped, opened from file:// with scorm-again as the LMS: pages, exercises, test, resume, review. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { JSDOM, VirtualConsole } from "jsdom";
import { Scorm12API } from "scorm-again/scorm12";
import { MESSAGES, SAMPLES } from "./page.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "staffel-"));
const json = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");
const numbered = ({ html, data }, id, number) => ({ html: html.replaceAll(data.id, id), data: { ...data, id, number, title: `Titel ${id}` } });

const practice = numbered(SAMPLES["multiple-choice"], "mehr", 1);
const pool = [numbered(SAMPLES["single-choice"], "t-wahl", 11), numbered(SAMPLES.numeric, "t-zahl", 12), numbered(SAMPLES.ordering, "t-folge", 13)];
const entry = ({ data }, page) => ({ id: data.id, number: data.number, points: data.points, type: data.type, page, scored: true });
const PAGES = {
  anfang: `<h1>Anfang</h1><p><a href="#exercise-mehr">zur Übung</a> <a href="#fn1">1</a></p><p id="fn1">Fußnote</p>`,
  uebung: `<h1>Übung</h1>${practice.html}`,
  _glossary: `<h1>Glossar</h1><dl><dt id="term-ozg">OZG</dt><dd>…</dd></dl>`,
  pruefung: `<h1>Prüfung</h1><div class="assessment" data-assessment="abschluss"><p>Zeigen Sie, was Sie können.</p></div>`,
};
const module = {
  id: "m1", number: 1, title: "Grundlagen", language: "de", format: "scorm12", curriculum: "beispiel", version: "1.0.0", release: "m1 1.0.0",
  pages: [["anfang", "u1"], ["uebung", "u1"], ["pruefung", "u2"]].map(([id, unit], index) => ({ id, number: index + 1, title: id, unit, tracked: true }))
    .concat({ id: "_glossary", number: 0, title: "Glossar", unit: "_appendix", tracked: false }),
  units: [{ id: "u1", title: "Eins" }, { id: "u2", title: "Zwei" }], exercises: [entry(practice, "uebung"), ...pool.map((item) => entry(item, null))],
  assessments: [{ id: "abschluss", number: 1, title: "Abschluss", page: "pruefung", pass_mark: 60, attempts: 2, shuffle: true, feedback: "at-end", sections: [{ exercises: pool.map(({ data }) => data.id) }] }],
  completion: { pass_mark: 60 },
};

function writePackage(name, changes = {}) {
  const made = { ...module, ...changes };
  const place = join(folder, name);
  mkdirSync(join(place, "pages"), { recursive: true });
  const nav = made.pages.map(({ id }) => `<a data-page="${id}" href="#${id}">${id}</a>`).join("");
  writeFileSync(join(place, "index.html"), `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>x</title><script defer src="../staffel.js"></script></head><body>
    <nav>${nav}<a data-nav="previous" href="#">Zurück</a><a data-nav="next" href="#">Weiter</a></nav>
    <progress data-staffel="progress"></progress><p data-staffel="progress-text"></p><p data-staffel="status"></p><button data-action="finish">Beenden</button>
    <main id="content" tabindex="-1" data-page="anfang">${PAGES.anfang}</main>
    <script type="application/json" id="staffel-module">${json(made)}</script><script type="application/json" id="staffel-messages">${json(MESSAGES)}</script></body></html>`);
  const unit = (payload) => `staffel.unit(${json(payload)});`;
  writeFileSync(join(place, "pages/u1.js"), unit({ unit: "u1", pages: { anfang: PAGES.anfang, uebung: PAGES.uebung }, exercises: { mehr: practice.data } }));
  writeFileSync(join(place, "pages/u2.js"), unit({ unit: "u2", pages: { pruefung: PAGES.pruefung } }));
  writeFileSync(join(place, "pages/_appendix.js"), unit({ unit: "_appendix", pages: { _glossary: PAGES._glossary } }));
  writeFileSync(join(place, "pages/abschluss.js"), unit({ unit: "abschluss", exercises: Object.fromEntries(pool.map(({ data }) => [data.id, data])), widgets: Object.fromEntries(pool.map(({ html, data }) => [data.id, html])) }));
  return place;
}

before(() => {
  execFileSync("node", [join(root, "packager/static/build.mjs"), folder]);
  writePackage("scorm");
});
after(() => rmSync(folder, { recursive: true }));

const lms = (data) => {
  const api = new Scorm12API({ autocommit: false, logLevel: 5 });
  if (data) api.loadFromJSON(JSON.parse(JSON.stringify(data)), "");
  return api;
};

/** What is written to an LMS from now on: interactions and others cannot be read back in SCORM 1.2. */
function listen(api) {
  const written = [];
  const set = api.LMSSetValue.bind(api);
  api.LMSSetValue = (...values) => { written.push(values); return set(...values); };
  return written;
}

async function until(condition) {
  for (let wait = 0; wait < 200; wait += 1) {
    if (condition()) return;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
  throw new Error(`waited in vain for ${condition}`);
}

async function launch(api, name = "scorm", hash = "") {
  const errors = [];
  const dom = await JSDOM.fromFile(join(folder, name, "index.html"), { runScripts: "dangerously", resources: "usable", pretendToBeVisual: true, virtualConsole: new VirtualConsole(),
    beforeParse(window) {
      if (api) window.API = api;
      window.scrollTo = () => undefined;
      window.Element.prototype.scrollIntoView = () => undefined;
      window.addEventListener("error", (event) => errors.push(event.message));
      window.addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
      if (hash) window.location.hash = hash;
    } });
  const { window } = dom;
  const { document } = window;
  await until(() => document.documentElement.dataset.staffel === "ready");
  const find = (selector) => document.querySelector(selector);
  return { window, document, find, errors, text: (selector) => find(selector)?.textContent.replace(/\s+/g, " ").trim(),
    go: async (id) => { window.location.hash = `#${id}`; await until(() => find("main").dataset.page === id); },
    step: (name) => find(`[data-step="${name}"]`).click(),
    leave: () => { window.dispatchEvent(new window.Event("pagehide")); } };
}

const choose = (page, value) => { page.find(`input[value="${value}"]`).click(); };

async function takeTest(page, right) {
  page.step("start");
  await until(() => page.find(".assessment-player form"));
  for (let index = 0; index < 3; index += 1) {
    assert.equal(page.document.activeElement.textContent, `Aufgabe ${index + 1} von 3`);
    const { type } = page.find(".assessment-player form").dataset;
    if (type === "single-choice") choose(page, right ? "ablauf" : "scan");
    if (type === "numeric") {
      page.find("input[name=RESPONSE]").value = right ? "820" : "1";
      page.find("input[name=RESPONSE]").dispatchEvent(new page.window.Event("input", { bubbles: true }));
    }
    page.step("next");
  }
  page.step("submit");
}

test("pages come one by one, are counted, and the focus follows", async () => {
  const api = lms();
  const page = await launch(api);
  assert.equal(page.text('[data-staffel="progress-text"]'), "Seite 1 von 3 · 1 von 3 Seiten besucht");
  assert.equal(page.find('[data-nav="previous"]').hidden, true);
  assert.equal(page.find('[data-nav="next"]').getAttribute("href"), "#uebung");
  assert.notEqual(page.document.activeElement, page.find("h1"), "a launch does not steal the focus");
  await page.go("uebung");
  assert.equal(page.document.activeElement, page.find("main h1"));
  assert.equal(page.document.title, "uebung – Grundlagen");
  assert.equal(page.find('a[data-page="uebung"]').getAttribute("aria-current"), "page");
  assert.equal(page.text('a[data-page="anfang"]'), "anfang (besucht)");
  assert.equal(api.cmi.core.lesson_location, "uebung");
  assert.equal(page.find("progress").value, 2);
  await page.go("anfang");
  assert.equal(page.text("main h1"), "Anfang");
  page.window.location.hash = "#exercise-mehr";
  await until(() => page.find("main").dataset.page === "uebung");
  assert.equal(page.document.activeElement.id, "exercise-mehr");
  assert.deepEqual(page.errors, []);
});

test("a page that is not counted is shown at the named place, but neither visited nor resumed", async () => {
  const api = lms();
  const page = await launch(api);
  await page.go("uebung");
  page.window.location.hash = "#_glossary/term-ozg";
  await until(() => page.find("main").dataset.page === "_glossary");
  assert.equal(page.document.activeElement.id, "term-ozg");
  assert.equal(page.text('[data-staffel="progress-text"]'), "2 von 3 Seiten besucht");
  assert.deepEqual([page.find('[data-nav="next"]').hidden, page.find('[data-nav="previous"]').hidden], [true, true]);
  page.leave();
  const again = await launch(lms(api.cmi));
  assert.equal(again.find("main").dataset.page, "uebung");
  assert.equal(again.find('[data-nav="next"]').hidden, false);
});

test("a link to a place in the same page does not load the page again", async () => {
  const page = await launch(lms());
  const heading = page.find("h1");
  page.window.location.hash = "#fn1";
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  assert.equal(page.find("h1"), heading);
});

test("a module is left in the middle of a test, resumed, failed, repeated and passed", async () => {
  const api = lms();
  const written = listen(api);
  const first = await launch(api);
  await first.go("uebung");
  choose(first, "a");
  first.find('[data-action="check"]').click();
  const told = Object.fromEntries(written);
  assert.deepEqual(["id", "student_response", "result"].map((name) => told[`cmi.interactions.0.${name}`]), ["mehr", "a", "wrong"]);
  await first.go("pruefung");
  first.step("start");
  await until(() => first.find(".assessment-player form"));
  const order = first.find(".assessment-player form").id;
  first.step("next");
  first.leave();

  const relaunched = lms(api.cmi);
  const later = listen(relaunched);
  const second = await launch(relaunched);
  assert.equal(second.find("main").dataset.page, "pruefung");
  second.step("resume");
  await until(() => second.find(".assessment-player form"));
  assert.equal(second.text(".assessment-heading"), "Aufgabe 2 von 3");
  second.step("back");
  assert.equal(second.find(".assessment-player form").id, order);
  second.step("next");
  second.step("next");
  second.step("next");
  assert.match(second.text(".assessment-player"), /3 Aufgaben sind noch offen/);
  second.step("submit");
  assert.match(second.text(".assessment-heading"), /^Ergebnis: 0 %\. Zum Bestehen fehlen/);
  assert.equal(second.window.API.cmi.core.lesson_status, "incomplete");
  await takeTest(second, true);
  assert.equal(second.text(".assessment-heading"), "Ergebnis: 40 %. Zum Bestehen fehlen noch Punkte: Nötig sind 60 %.");
  assert.equal(second.window.API.cmi.core.lesson_status, "failed");
  assert.equal(second.find('[data-step="start"]'), null);
  const ids = later.filter(([name]) => name.endsWith(".id"));
  assert.deepEqual(ids.map(([name]) => Number(name.split(".")[2])), [1, 2, 3, 4, 5, 6], "the journal goes on without a gap");
  assert.deepEqual(ids.map(([, id]) => id.replace(/t-\w+$/, "")), ["1", "1", "1", "2", "2", "2"].map((attempt) => `abschluss.${attempt}.`));
  assert.deepEqual(second.errors, []);
});

test("a test with feedback after each exercise locks what was checked and reports it once", async () => {
  writePackage("each", { assessments: [{ ...module.assessments[0], feedback: "after-each", sections: [{ exercises: ["t-wahl"] }] }] });
  const api = lms();
  const written = listen(api);
  const page = await launch(api, "each");
  await page.go("pruefung");
  page.step("start");
  await until(() => page.find(".assessment-player form"));
  page.step("check");
  assert.equal(page.find(".exercise-result").dataset.outcome, "problem");
  choose(page, "scan");
  page.find('[data-step="check"]').focus();
  page.step("check");
  assert.equal(page.find(".exercise-result").dataset.outcome, "incorrect");
  assert.equal(page.document.activeElement, page.find(".exercise-result"));
  assert.equal(page.find("fieldset").disabled, true);
  page.step("next");
  page.find(".assessment-tasks button").click();
  assert.equal(page.find("fieldset").disabled, true, "coming back does not open it again");
  assert.equal(page.find('[data-step="check"]'), null);
  page.step("next");
  page.step("submit");
  assert.deepEqual(written.filter(([name]) => name.endsWith(".id")).map(([, id]) => id), ["abschluss.1.t-wahl"]);
});

test("a test without feedback tells the score and nothing else", async () => {
  writePackage("never", { assessments: [{ ...module.assessments[0], feedback: "never" }] });
  const page = await launch(lms(), "never");
  await page.go("pruefung");
  await takeTest(page, true);
  assert.match(page.text(".assessment-heading"), /^Ergebnis: 40 %/);
  assert.equal(page.find(".assessment-player form"), null);
});

test("practice answers come back with their feedback, and the score of a module without a test is theirs", async () => {
  writePackage("practice", { assessments: [], exercises: [entry(practice, "uebung")], completion: { pass_mark: 50 }, pages: module.pages.slice(0, 2) });
  const api = lms();
  const first = await launch(api, "practice");
  await first.go("uebung");
  choose(first, "a");
  first.find('[data-action="check"]').click();
  assert.deepEqual([api.cmi.core.score.raw, api.cmi.core.lesson_status], ["50", "passed"]);
  assert.equal(first.text('[data-staffel="status"]'), "50 von 100 Punkten, bestanden");
  first.leave();
  const second = await launch(lms(api.cmi), "practice");
  assert.equal(second.find("main").dataset.page, "uebung");
  assert.equal(second.find('input[value="a"]').checked, true);
  assert.equal(second.find(".exercise-result").dataset.outcome, "partial");
});

test("a review shows everything and writes nothing", async () => {
  const api = lms();
  const first = await launch(api);
  await first.go("pruefung");
  await takeTest(first, true);
  first.leave();
  const data = JSON.parse(JSON.stringify(api.cmi));
  data.core.lesson_mode = "review";
  const review = lms();
  review.loadFromJSON(data, "");
  const written = listen(review);
  const second = await launch(review);
  assert.match(second.text('[data-staffel="notices"]'), /^Rückblick/);
  assert.equal(second.find('[data-step="start"]'), null);
  second.step("review");
  await until(() => second.find(".assessment-player form"));
  assert.equal(second.document.querySelectorAll(".assessment-player form").length, 3);
  second.leave();
  assert.deepEqual(written, []);
});

test("a review tells how many attempts are left, even where none can be started", async () => {
  const review = lms();
  review.loadFromJSON({ core: { lesson_mode: "review" } }, "");
  const page = await launch(review);
  await page.go("pruefung");
  assert.match(page.text(".assessment-facts"), /^0 von 2 Versuchen genutzt/);
  assert.doesNotMatch(page.text(".assessment-facts"), /Alle Versuche/);
  assert.equal(page.find("[data-step]"), null);
});

test("an attempt whose exercises an update has taken away is started anew", async () => {
  const api = lms();
  const first = await launch(api);
  await first.go("pruefung");
  first.step("start");
  await until(() => first.find(".assessment-player form"));
  first.leave();
  const others = pool.map((item, index) => ({ ...entry(item, null), id: `neu-${index}`, number: 31 + index }));
  writePackage("replaced", { exercises: [entry(practice, "uebung"), ...others], assessments: [{ ...module.assessments[0], sections: [{ exercises: others.map(({ id }) => id) }] }] });
  const second = await launch(lms(api.cmi), "replaced");
  assert.equal(second.find('[data-step="resume"]'), null);
  assert.equal(second.text('[data-step="start"]'), "Test starten");
  assert.match(second.text(".assessment-facts"), /^0 von 2 Versuchen genutzt/);
});

test("a place and an address that an update has removed lead to the first page", async () => {
  const api = lms();
  const first = await launch(api);
  await first.go("uebung");
  first.leave();
  writePackage("shorter", { pages: module.pages.filter(({ id }) => id !== "uebung") });
  for (const hash of ["", "#uebung", "#exercise-mehr"]) {
    const second = await launch(lms(api.cmi), "shorter", hash);
    assert.equal(second.find("main").dataset.page, "anfang");
    assert.equal(second.text('[data-staffel="progress-text"]'), "Seite 1 von 2 · 1 von 2 Seiten besucht");
    assert.deepEqual(second.errors, []);
  }
});

test("a module whose LMS does not answer works and says so", async () => {
  const page = await launch(null);
  assert.match(page.text('[data-staffel="notices"]'), /^Die Lernplattform antwortet nicht/);
  await page.go("uebung");
  assert.equal(page.text('[data-staffel="progress-text"]'), "Seite 2 von 3 · 2 von 3 Seiten besucht");
});

test("a unit that cannot be loaded is said politely and tried again", async () => {
  const place = writePackage("broken");
  rmSync(join(place, "pages/u2.js"));
  const page = await launch(lms(), "broken");
  page.window.location.hash = "#pruefung";
  await until(() => page.find('[data-notice="page"]'));
  assert.equal(page.find("main").dataset.page, "anfang");
  writePackage("broken");
  page.find('[data-notice="page"] button').click();
  await until(() => page.find("main").dataset.page === "pruefung");
  assert.equal(page.find('[data-notice="page"]'), null);
});

test("the finish button ends the session with a word", async () => {
  const api = lms();
  const page = await launch(api);
  page.find('[data-action="finish"]').click();
  assert.match(page.text('[data-notice="save"]'), /gespeichert/);
  assert.equal(api.isTerminated(), true);
});

test("who goes on after the end is told to open the package again, where the LMS opens no second session", async () => {
  const api = lms();
  const page = await launch(api);
  page.find('[data-action="finish"]').click();
  // Moodle 4.5 answers so once answers were reported.
  api.LMSInitialize = () => { throw new TypeError("Cannot set properties of undefined"); };
  await page.go("uebung");
  assert.match(page.text('[data-notice="save"]'), /^Die Sitzung ist beendet.*öffnen Sie das Lernpaket noch einmal/);
  assert.deepEqual(page.errors, []);
  // It goes on trying, which would keep the test alive.
  page.window.close();
});
