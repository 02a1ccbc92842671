/** Judgements, passages, areas, cases and budgets in a document: what script adds, marks, faults of form, solutions. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { sumDecimals } from "../../content/widgets/static/decimal.js";
import { Exercise } from "../../content/widgets/static/exercise.js";
import { readResponse } from "../../content/widgets/static/response.js";
import { enhanceSpots } from "../../content/widgets/static/spots.js";
import { ruleOf, wayOf } from "../../content/widgets/static/scoring.js";
import { interactionOf, fields12, fields2004 } from "../../packager/static/runtime/interactions.js";
import { toCodes, toResponse } from "../../packager/static/runtime/answers.js";
import { openPage, SAMPLES, translate } from "./page.js";

/** @param {string} type */
function open(type, context = {}) {
  const { html, data } = SAMPLES[type];
  const window = openPage(html);
  const form = window.document.querySelector("form");
  const heard = { checks: [], drafts: [] };
  const exercise = new Exercise(form, data, { translate, language: "de", mode: "practice", seed: 7, onCheck: (checked) => heard.checks.push(checked), onDraft: (saved) => heard.drafts.push(saved), ...context });
  const find = (selector) => form.querySelector(selector);
  return {
    window, form, data, exercise, heard, find,
    press: (action) => find(`[data-action="${action}"]`).click(),
    choose: (id) => window.document.getElementById(id).click(),
    type: (name, text) => { const input = find(`[name="${name}"]`); input.value = text; for (const event of ["input", "change"]) input.dispatchEvent(new window.Event(event, { bubbles: true })); },
    read: () => readResponse(form, data.variables),
    results: () => Object.fromEntries([...form.querySelectorAll("[data-value][data-result]")].map((node) => [node.dataset.value, node.dataset.result])),
    solution: () => [...form.querySelectorAll(".exercise-solution li")].map((item) => item.textContent),
    shown: () => [...form.querySelectorAll(".path-step")].filter((step) => !step.hidden).map((step) => step.dataset.step),
    problem: () => find('.exercise-result[data-outcome="problem"]')?.textContent,
  };
}

test("the right answer of every new type is told in the words of its form", () => {
  const expected = {
    kprim: ["Aussage a – Richtig", "Aussage b – Falsch", "Aussage c – Richtig", "Aussage d – Falsch"],
    categorise: ["Eintrag luft – offene Daten", "Eintrag akte – geschützte Daten"],
    "hot-text": ["Frau Muster", "ihre Steuer"], "hot-spot": ["A – oben links"],
    "decision-path": ["fragen", "auswerten"], budget: ["Für technik: 20.000–40.000", "Für schulung: 25.000–60.000,5"],
  };
  for (const [type, lines] of Object.entries(expected)) {
    const page = open(type, { saved: { response: SAMPLES[type].wrong, tries: 1, checked: true, solution: true, best: null } });
    assert.deepEqual(page.solution(), lines, type);
    assert.deepEqual(page.read(), { ...Object.fromEntries(page.data.variables.map(({ id }) => [id, []])), ...SAMPLES[type].wrong }, type);
  }
});

test("a judgement is marked as a row, and the chosen radio button carries the words", () => {
  const page = open("kprim");
  for (const id of ["p-a-false", "p-b-false", "p-c-true"]) page.choose(id);
  page.press("check");
  assert.deepEqual(page.results(), { a: "wrong", b: "right", c: "right" });
  const described = page.find("#p-a-false").getAttribute("aria-describedby");
  assert.equal(page.window.document.getElementById(described).textContent, "Falsch beurteilt");
  assert.equal(page.find("#p-a-true").hasAttribute("aria-describedby"), false);
  page.press("solution");
  assert.equal(page.results().d, "missed");
});

test("the rows of judgements are mixed by the seed", () => {
  const order = (seed) => [...open("kprim", { seed }).form.querySelectorAll(".pair")].map((row) => row.dataset.value).join();
  assert.equal(order(3), order(3));
  assert.ok(new Set(Array.from({ length: 20 }, (_, seed) => order(seed))).size > 1);
});

test("a click on an area is one on its box, and the area shows what the list says", () => {
  const page = open("hot-spot");
  const spot = page.find('[data-spot="unten"]');
  const click = () => spot.dispatchEvent(new page.window.Event("click", { bubbles: true }));
  click();
  assert.deepEqual(page.read(), { RESPONSE: ["unten"] });
  assert.deepEqual(page.heard.drafts.at(-1).response, { RESPONSE: ["unten"] });
  assert.equal(spot.hasAttribute("data-chosen"), true);
  page.find("#RESPONSE-unten").focus();
  assert.equal(spot.hasAttribute("data-focused"), true);
  page.press("check");
  assert.equal(spot.getAttribute("data-result"), "wrong");
  click();
  assert.deepEqual(page.read(), { RESPONSE: ["unten"] }, "a checked answer stays");
  page.press("retry");
  assert.equal(spot.hasAttribute("data-result"), false);
  click();
  assert.equal(spot.hasAttribute("data-chosen"), false);
});

test("a saved choice shows in the image at once", () => {
  const page = open("hot-spot", { saved: { response: { RESPONSE: ["oben"] }, tries: 0, checked: false, solution: false, best: null } });
  assert.equal(page.find('[data-spot="oben"]').hasAttribute("data-chosen"), true);
});

test("a case shows only the steps on its way, numbered as they come", () => {
  const page = open("decision-path");
  assert.deepEqual(page.shown(), ["lage"]);
  assert.equal(page.form.querySelector(".path-next"), null);
  page.choose("lage-fragen");
  assert.deepEqual(page.shown(), ["lage", "antwort"]);
  assert.equal(page.find('[data-step="antwort"] .path-number').textContent, "Schritt 2");
  assert.equal(page.find('[role="status"]').textContent, "Weiter mit Schritt 2.");
  assert.equal(page.find(".path-end").hidden, true);
  page.choose("antwort-auswerten");
  assert.equal(page.find(".path-end").hidden, false);
  assert.equal(page.find('[role="status"]').textContent, "Der Fall ist zu Ende.");
});

test("another decision forgets what came after the old one", () => {
  const page = open("decision-path");
  for (const id of ["lage-kaufen", "murren-erklaeren", "antwort-ablegen"]) page.choose(id);
  assert.deepEqual(page.read(), { lage: ["kaufen"], murren: ["erklaeren"], antwort: ["ablegen"] });
  page.choose("lage-warten");
  assert.deepEqual(page.shown(), ["lage"]);
  assert.deepEqual(page.read(), { lage: ["warten"], murren: [], antwort: [] });
  assert.deepEqual(page.heard.drafts.at(-1).response, page.read());
});

test("steps stand in the order of the way, and a decision keeps the focus", () => {
  const page = open("decision-path");
  const murren = page.find('[data-step="murren"]');
  page.find(".path").prepend(murren);
  page.find("#lage-kaufen").focus();
  page.choose("lage-kaufen");
  const [first, second] = [...page.form.querySelectorAll(".path-step:not([hidden])")].map((step) => step.dataset.step);
  assert.deepEqual([first, second], ["lage", "murren"]);
  assert.equal(page.window.document.activeElement.id, "lage-kaufen");
});

test("a case that is not at its end is no answer yet, and the focus goes to the open step", () => {
  const page = open("decision-path");
  page.choose("lage-kaufen");
  page.press("check");
  assert.match(page.problem(), /noch nicht zu Ende/);
  assert.equal(page.heard.checks.length, 0);
  assert.equal(page.window.document.activeElement.name, "murren");
});

test("a decision is right when it is the best of its step, even off the best way", () => {
  const page = open("decision-path");
  for (const id of ["lage-kaufen", "murren-erklaeren", "antwort-auswerten"]) page.choose(id);
  page.press("check");
  assert.deepEqual(page.results(), { kaufen: "wrong", erklaeren: "right", auswerten: "right" });
  assert.deepEqual(page.heard.checks[0].outcome, { points: 3, maximum: 4 });
  page.press("solution");
  assert.deepEqual(page.results(), { kaufen: "wrong", fragen: "missed", erklaeren: "right", auswerten: "right" });
});

test("a decision that is worth something, but less than another one, is partly right", () => {
  const page = open("decision-path");
  page.choose("lage-warten");
  page.press("check");
  assert.deepEqual(page.results(), { warten: "partly" });
  assert.equal(page.find('[data-value="warten"] .exercise-mark').textContent, "Teilweise richtig");
  page.press("solution");
  assert.deepEqual(page.results(), { fragen: "missed", warten: "partly" });
});

test("a budget counts while one types, and is read aloud when an amount is finished", () => {
  const page = open("budget");
  const line = page.find("output");
  assert.equal(line.textContent, "Verteilt: 0 von 100.000,5 Euro, noch 100.000,5.");
  assert.equal(line.getAttribute("aria-live"), "off");
  const input = page.find('[name="technik"]');
  input.value = "40.000,25";
  input.dispatchEvent(new page.window.Event("input", { bubbles: true }));
  assert.equal(line.textContent, "Verteilt: 40.000,25 von 100.000,5 Euro, noch 60.000,25.");
  assert.equal(page.find('[role="status"]').textContent, "");
  page.type("schulung", "60.000,25");
  assert.equal(page.find('[role="status"]').textContent, "Verteilt: 100.000,5 von 100.000,5 Euro.");
});

test("more than there is is a fault of form, less is an answer", () => {
  const page = open("budget");
  page.type("technik", "100.001");
  assert.equal(page.find("output").hasAttribute("data-over"), true);
  assert.match(page.find("output").textContent, /0,5 zu viel/);
  page.press("check");
  assert.match(page.problem(), /höchstens 100.000,5/);
  assert.equal(page.heard.checks.length, 0);
  page.type("technik", "30000");
  page.press("check");
  assert.deepEqual(page.heard.checks[0].outcome, { points: 100, maximum: 200 });
});

test("each amount is marked by its own range", () => {
  const page = open("budget");
  page.type("technik", "30000");
  page.type("schulung", "1");
  page.press("check");
  assert.deepEqual(["technik", "schulung"].map((name) => page.find(`[name="${name}"]`).dataset.result), ["right", "wrong"]);
});

test("an amount that is no number is asked for again", () => {
  const page = open("budget");
  page.type("technik", "viel");
  page.press("check");
  assert.match(page.problem(), /Zahl/);
  assert.equal(page.window.document.activeElement.name, "technik");
});

test("a test takes a case and a budget as they are, and its result shows them so", () => {
  const page = open("decision-path", { mode: "test" });
  page.choose("lage-kaufen");
  const saved = page.heard.drafts.at(-1);
  const result = open("decision-path", { mode: "result", saved });
  assert.deepEqual(result.shown(), ["lage", "murren"]);
  assert.deepEqual(result.results(), { kaufen: "wrong" });
  assert.equal(result.find(".exercise-result").dataset.outcome, "incorrect");
});

for (const type of ["kprim", "categorise", "hot-text", "hot-spot", "decision-path", "budget"]) {
  test(`${type}: a saved answer needs nothing but positions, numbers and texts`, () => {
    const { data, right } = SAMPLES[type];
    const full = Object.fromEntries(data.variables.map(({ id }) => [id, right[id] ?? []]));
    assert.deepEqual(toResponse(data, toCodes(data, full)), full);
  });
}

test("what an LMS hears of the new types is legal in both editions", () => {
  const heard = (type) => {
    const { data, right } = SAMPLES[type];
    const made = interactionOf(data, { id: data.id, response: right, outcome: { points: 1, maximum: 1 }, seconds: 1, when: new Date(0), language: "de" });
    const pick = (fields, answer) => [fields.type, fields[answer], fields["correct_responses.0.pattern"]];
    return [pick(Object.fromEntries(fields12(made)), "student_response"), pick(Object.fromEntries(fields2004(made)), "learner_response")];
  };
  assert.deepEqual(heard("kprim"), [
    ["matching", "a.true,b.false,c.true,d.false", "a.true,b.false,c.true,d.false"],
    ["matching", "a[.]true[,]b[.]false[,]c[.]true[,]d[.]false", "a[.]true[,]b[.]false[,]c[.]true[,]d[.]false"],
  ]);
  assert.deepEqual(heard("hot-text"), [["choice", "name,betrag", "name,betrag"], ["choice", "name[,]betrag", "name[,]betrag"]]);
  assert.deepEqual(heard("decision-path"), [["fill-in", "fragen,,auswerten", "fragen,,auswerten"], ["fill-in", "fragen[,][,]auswerten", "fragen[,][,]auswerten"]]);
  assert.deepEqual(heard("budget"), [["fill-in", "40000,60000.5", undefined], ["fill-in", "40000[,]60000.5", undefined]]);
});

test("the parts of rules are found, and a way says where it is open", () => {
  assert.equal(ruleOf(SAMPLES.budget.data.rule, "schulung")?.kind, "in-range");
  assert.equal(ruleOf(SAMPLES.kprim.data.rule, "RESPONSE")?.kind, "map-response");
  assert.deepEqual(wayOf(SAMPLES["decision-path"].data.rule, { lage: ["kaufen"] }), { way: [["lage", "kaufen"]], open: "murren" });
  assert.deepEqual(wayOf(SAMPLES["decision-path"].data.rule, { lage: ["constructor"] }), { way: [], open: "lage" });
});

test("sums are exact", () => {
  assert.equal(sumDecimals(["0.1", "0.2"]), "0.3");
  assert.equal(sumDecimals(["9007199254740993", "-0.5"]), "9007199254740992.5");
  assert.equal(sumDecimals(["-3", "0.25"]), "-2.75");
  assert.equal(sumDecimals([]), "0");
});

test("an area whose box is checked from the start is shown as chosen", () => {
  const window = openPage(SAMPLES["hot-spot"].html.replace('name="RESPONSE" value="unten"', '$& checked'));
  enhanceSpots(window.document.querySelector("form"));
  assert.deepEqual([...window.document.querySelectorAll("[data-chosen]")].map((spot) => spot.dataset.spot), ["unten"]);
});
