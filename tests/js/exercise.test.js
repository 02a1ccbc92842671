/** Exercises in a document: reading and writing answers, feedback, marks, another try, solution, keyboard and focus. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Exercise } from "../../content/widgets/static/exercise.js";
import { readResponse, writeResponse } from "../../content/widgets/static/response.js";
import { openPage, SAMPLES, translate } from "./page.js";

/** @param {string} type */
function open(type, context = {}, changes = {}) {
  const { html } = SAMPLES[type];
  const data = { ...SAMPLES[type].data, ...changes };
  const window = openPage(html);
  const form = window.document.querySelector("form");
  const heard = { checks: [], drafts: [] };
  const exercise = new Exercise(form, data, { translate, language: "de", mode: "practice", seed: 7, onCheck: (checked) => heard.checks.push(checked), onDraft: (saved) => heard.drafts.push(saved), ...context });
  const find = (selector) => form.querySelector(selector);
  const click = (action) => find(`[data-action="${action}"]`).click();
  const answer = (response) => {
    writeResponse(form, data.variables, response);
    find(".exercise-body").dispatchEvent(new window.Event("input", { bubbles: true }));
  };
  const results = () => [...form.querySelectorAll("[data-result]")].map((node) => [node.dataset.value ?? node.name, node.dataset.result]).sort();
  return { window, form, data, exercise, heard, find, click, answer, results, feedback: () => find(".exercise-feedback") };
}

for (const [type, { data, right, wrong, partial }] of Object.entries(SAMPLES)) {
  for (const response of [right, wrong, partial].filter(Boolean)) {
    test(`${type}: an answer that is written is read again: ${JSON.stringify(response)}`, () => {
      const { form } = open(type);
      writeResponse(form, data.variables, response);
      assert.deepEqual(readResponse(form, data.variables), Object.fromEntries(data.variables.map(({ id }) => [id, response[id] ?? []])));
    });
  }
  if (!wrong) continue;
  test(`${type}: right, wrong and partly right answers are told apart`, () => {
    for (const [response, kind] of [[right, "correct"], [wrong, "incorrect"], [partial, "partial"]].filter(([given]) => given)) {
      const page = open(type);
      page.answer(response);
      page.click("check");
      assert.equal(page.find(".exercise-result").dataset.outcome, kind, JSON.stringify(response));
      assert.equal(page.heard.checks.length, 1);
      assert.deepEqual(page.heard.checks[0].saved.response, readResponse(page.form, data.variables));
      assert.equal(page.find("fieldset").disabled, true);
      assert.equal(page.find('[data-action="retry"]').hidden, kind === "correct");
      assert.equal(page.find('[data-action="solution"]').hidden, kind === "correct");
      assert.ok(page.results().every(([, result]) => result !== "missed"), "the solution is not given away");
    }
  });

  test(`${type}: a checked answer looks the same after a new start, without being read aloud`, () => {
    const first = open(type);
    first.answer(wrong);
    first.click("check");
    const again = open(type, { saved: first.heard.checks[0].saved });
    const plain = (html) => html.replaceAll(/ aria-live="off"| data-ready="true"| selected=""/g, "");
    assert.equal(plain(again.feedback().outerHTML), plain(first.feedback().outerHTML));
    assert.deepEqual(again.results(), first.results());
    assert.equal(again.feedback().getAttribute("aria-live"), "off");
    assert.notEqual(again.window.document.activeElement, again.find(".exercise-result"));
    again.click("retry");
    again.answer(right);
    again.click("check");
    assert.equal(again.feedback().hasAttribute("aria-live"), false);
    assert.equal(again.heard.checks[0].saved.tries, 2);
  });
}

test("the feedback says points, the author's words and the note on the chosen option", () => {
  const page = open("single-choice");
  page.answer({ RESPONSE: ["scan"] });
  page.click("check");
  assert.equal(page.feedback().textContent, "Nicht richtig. 0 von 1 PunktSchade.Das ist nur ein Bild.");
  assert.equal(page.feedback().getAttribute("role"), "status");
});

test("an answer right in part and without points says why", () => {
  const mapped = { kind: "map-response", variable: "RESPONSE", mapping: { a: 1, b: 1, c: -1 }, default: 0, maximum: 2 };
  const all = { kind: "match-correct", variable: "RESPONSE", correct: ["a", "b"], maximum: 1 };
  for (const [rule, given, reason] of [[mapped, ["a", "c"], "Falsch Gewähltes hebt hier richtig Gewähltes auf."],
    [all, ["a"], "Hier zählt nur die ganze Antwort."], [all, ["c"], undefined], [mapped, ["c"], undefined]]) {
    const page = open("multiple-choice", {}, { rule });
    page.answer({ RESPONSE: given });
    page.click("check");
    assert.equal(page.find(".exercise-result").textContent.split("Punkten. ")[1], reason);
  }
});

test("a negated note shows where its answer is missing", () => {
  const page = open("matching");
  page.answer({ RESPONSE: ["nis2 eu"] });
  page.click("check");
  assert.match(page.feedback().textContent, /Das OZG ist Bundesrecht/);
});

test("marks are words that describe their control, and they go with another try", () => {
  const page = open("single-choice");
  page.answer({ RESPONSE: ["scan"] });
  page.click("check");
  const input = page.find('input[value="scan"]');
  assert.equal(page.window.document.getElementById(input.getAttribute("aria-describedby")).textContent, "Nicht richtig");
  page.click("retry");
  assert.equal(page.form.querySelectorAll(".exercise-mark, [data-result], [aria-describedby]").length, 0);
  assert.equal(page.feedback().textContent, "");
  assert.equal(page.window.document.activeElement.name, "RESPONSE");
  assert.equal(page.find('[data-action="check"]').hidden, false);
});

test("what earns part of the points is told apart from what earns none", () => {
  const page = open("single-choice", {}, { rule: { kind: "map-response", variable: "RESPONSE", mapping: { ablauf: 100, scan: 50 }, default: 0, maximum: 100 } });
  page.answer({ RESPONSE: ["scan"] });
  page.click("check");
  assert.deepEqual(page.results(), [["scan", "partly"]]);
  assert.equal(page.find(".exercise-mark").textContent, "Teilweise richtig");
  const gaps = open("gap-text", {}, { rule: { kind: "sum", maximum: 200, parts: [{ ...SAMPLES["gap-text"].data.rule.parts[0], accepted: [["Onlinezugangsgesetz", 100], ["Zugangsgesetz", 50]] }, SAMPLES["gap-text"].data.rule.parts[1]] } });
  gaps.answer({ gesetz: ["Zugangsgesetz"], wen: ["bund"] });
  gaps.click("check");
  assert.deepEqual(Object.fromEntries(gaps.results()), { gesetz: "partly", wen: "wrong" });
});

test("words beside a judged statement speak of the answer, for its options are called true and false", () => {
  for (const [value, word] of [["false", "Ihre Antwort stimmt"], ["true", "Ihre Antwort stimmt nicht"]]) {
    const page = open("true-false");
    page.answer({ RESPONSE: [value] });
    page.click("check");
    assert.equal(page.find(`[data-value="${value}"] .exercise-mark`).textContent, word);
    assert.ok(page.feedback().textContent.startsWith(`${word}. `), page.feedback().textContent);
  }
  const page = open("true-false");
  page.answer({ RESPONSE: ["true"] });
  page.click("check");
  page.click("solution");
  assert.equal(page.find('[data-value="false"] .exercise-mark').textContent, "Das wäre die richtige Antwort gewesen");
});

test("an empty answer is not scored but asked for, and the focus helps", () => {
  const page = open("multiple-choice");
  page.click("check");
  assert.equal(page.find(".exercise-result").dataset.outcome, "problem");
  assert.equal(page.heard.checks.length, 0);
  assert.equal(page.window.document.activeElement.type, "checkbox");
});

test("a text that is no number is a fault of form, never a wrong answer", () => {
  const page = open("numeric");
  page.answer({ RESPONSE: ["viele"] });
  page.click("check");
  assert.match(page.feedback().textContent, /Zahl/);
  assert.equal(page.heard.checks.length, 0);
  const input = page.find("input");
  assert.equal(page.window.document.activeElement, input);
  assert.equal(input.getAttribute("aria-invalid"), "true");
  assert.match(page.window.document.getElementById(input.getAttribute("aria-describedby")).textContent, /Zahl/);
  page.answer({ RESPONSE: ["820"] });
  page.click("check");
  assert.equal(input.hasAttribute("aria-invalid"), false);
  assert.equal(page.window.document.getElementById(input.getAttribute("aria-describedby")).textContent, "Richtig");
});

test("after a check the focus goes to the result only if it would be lost", () => {
  const page = open("numeric");
  page.answer({ RESPONSE: ["820"] });
  page.find("input").focus();
  page.form.requestSubmit();
  assert.equal(page.window.document.activeElement, page.find(".exercise-result"));
  const other = open("numeric");
  other.answer({ RESPONSE: ["820"] });
  other.exercise.check();
  assert.equal(other.window.document.activeElement, other.window.document.body);
});

test("the best outcome counts, and none that was reached after looking at the solution", () => {
  const page = open("multiple-choice");
  for (const response of [{ RESPONSE: ["a"] }, { RESPONSE: ["c"] }]) {
    page.answer(response);
    page.click("check");
    page.click("retry");
  }
  assert.deepEqual(page.heard.checks[1].saved.best, { points: 1, maximum: 2 });
  page.answer({ RESPONSE: ["c"] });
  page.click("check");
  page.click("solution");
  page.click("retry");
  page.answer({ RESPONSE: ["a", "b"] });
  page.click("check");
  assert.deepEqual(page.heard.checks.at(-1).saved.best, { points: 1, maximum: 2 });
});

test("the solution is said in words and leaves the learner's answer alone", () => {
  const expected = {
    "single-choice": ["Ablauf ändern"], "multiple-choice": ["Option a", "Option b"], matching: ["OZG – der Bund", "NIS2 – die EU"],
    ordering: ["Schritt a", "Schritt b", "Schritt c"], numeric: ["820"], "gap-text": ["Lücke 1: Onlinezugangsgesetz", "Lücke 2: alle Ebenen"],
  };
  for (const [type, lines] of Object.entries(expected)) {
    const page = open(type);
    page.answer(SAMPLES[type].wrong);
    page.click("check");
    page.click("solution");
    assert.deepEqual([...page.feedback().querySelectorAll(".exercise-solution li")].map((item) => item.textContent), lines, type);
    assert.deepEqual(readResponse(page.form, page.data.variables), page.heard.checks[0].response, type);
    assert.equal(page.find('[data-action="solution"]').hidden, true);
  }
});

test("what was missed is marked once the solution is shown", () => {
  const page = open("multiple-choice");
  page.answer({ RESPONSE: ["a"] });
  page.click("check");
  assert.deepEqual(page.results(), [["a", "right"]]);
  page.click("solution");
  assert.deepEqual(page.results(), [["a", "right"], ["b", "missed"]]);
});

test("a sequence is ordered by buttons with names, never starts solved, and keeps the focus", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const { form, data } = open("ordering", { seed });
    assert.notDeepEqual(readResponse(form, data.variables), data.correct, `seed ${seed}`);
  }
  const page = open("ordering");
  page.answer({ RESPONSE: ["b", "a", "c"] });
  assert.ok([...page.form.querySelectorAll("select")].every((select) => select.closest("label").hidden));
  const up = page.find('li[data-value="a"] [data-step="-1"]');
  assert.equal(up.getAttribute("aria-label"), "„Schritt a“ nach oben");
  up.focus();
  up.click();
  assert.deepEqual(readResponse(page.form, page.data.variables), { RESPONSE: ["a", "b", "c"] });
  assert.equal(up.disabled, true);
  assert.equal(page.window.document.activeElement, page.find('li[data-value="a"] [data-step="1"]'));
  assert.equal(page.find('p[role="status"]').textContent, "„Schritt a“ steht jetzt auf Platz 1 von 3.");
  assert.deepEqual(page.heard.drafts.at(-1).response, { RESPONSE: ["a", "b", "c"] });
});

test("the order of options depends on the seed alone", () => {
  const order = (seed) => [...open("single-choice", { seed }).form.querySelectorAll("[data-shuffle] input")].map(({ value }) => value).join();
  assert.equal(order(3), order(3));
  assert.ok(new Set(Array.from({ length: 20 }, (_, seed) => order(seed))).size > 1);
});

test("a self-rating is kept and stays open", () => {
  const page = open("self-rating");
  page.answer({ kann: ["2"], will: ["1"] });
  page.click("check");
  assert.equal(page.feedback().textContent, "Ihre Antwort ist gespeichert.");
  assert.equal(page.heard.checks[0].outcome, null);
  assert.equal(page.find("fieldset.exercise-body").disabled, false);
});

test("in a test there is nothing to press and nothing given away", () => {
  const page = open("single-choice", { mode: "test" });
  page.answer({ RESPONSE: ["scan"] });
  page.form.requestSubmit();
  assert.equal(page.find(".exercise-actions").hidden, true);
  assert.equal(page.find(".exercise-hints").hidden, true);
  assert.deepEqual([page.feedback().textContent, page.heard.checks.length, page.heard.drafts.length], ["", 0, 1]);
});

test("a result says of what was not answered that it was not", () => {
  assert.match(open("true-false", { mode: "result" }).feedback().textContent, /^Nicht beantwortet\. 0 von 1 Punkt/);
  const gaps = open("gap-text");
  gaps.answer({ wen: ["bund"] });
  gaps.click("check");
  assert.deepEqual([...gaps.form.querySelectorAll(".exercise-mark")].map((mark) => mark.textContent), ["Nicht beantwortet", "Nicht richtig"]);
  const page = open("single-choice", { mode: "result" });
  assert.equal(page.find(".exercise-result").dataset.outcome, "incorrect");
  assert.equal(page.find("fieldset").disabled, true);
});

test("a worksheet waits in the browser, is saved as a file and loaded again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const stored = new Map();
  const drafts = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value), removeItem: (key) => stored.delete(key) };
  const page = open("extended-text", { drafts, draftKey: "staffel:k:m1" });
  const area = page.find("textarea");
  area.value = "Unser Ort hat 18.600 Menschen.";
  area.dispatchEvent(new page.window.Event("input", { bubbles: true }));
  assert.deepEqual([...stored], [["staffel:k:m1:blatt", area.value]]);
  assert.equal(page.heard.drafts.length, 0, "it never goes into the state");
  const [count, status] = page.form.querySelectorAll(".worksheet-status");
  assert.deepEqual([count.textContent, count.hasAttribute("role")], ["5 Wörter, noch nicht als Datei gespeichert", false]);
  const leaving = new page.window.Event("beforeunload", { cancelable: true });
  page.window.dispatchEvent(leaving);
  assert.equal(leaving.defaultPrevented, true);

  let saved;
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => { saved = blob; return "blob:x"; };
  page.window.HTMLAnchorElement.prototype.click = function click() { saved.name = this.download; };
  page.click("save-file");
  URL.createObjectURL = make;
  assert.equal(saved.name, "arbeitsblatt-blatt.txt");
  assert.equal(status.textContent, "Gespeichert als „arbeitsblatt-blatt.txt“.");
  assert.equal(count.textContent, "");
  const calm = new page.window.Event("beforeunload", { cancelable: true });
  page.window.dispatchEvent(calm);
  assert.equal(calm.defaultPrevented, false);

  assert.equal(open("extended-text", { drafts, draftKey: "staffel:k:m1" }).find("textarea").value, "Unser Ort hat 18.600 Menschen.");
});

test("a file never replaces a text for good", async () => {
  const page = open("extended-text");
  const area = page.find("textarea");
  area.value = "alt";
  page.window.HTMLInputElement.prototype.click = function choose() {
    Object.defineProperty(this, "files", { value: [{ name: "neu.txt", text: async () => "\ufeffneu" }] });
    this.dispatchEvent(new page.window.Event("change"));
  };
  page.click("load-file");
  await new Promise((resolve) => { setTimeout(resolve); });
  assert.equal(area.value, "neu");
  page.find(".worksheet-status button").click();
  assert.equal(area.value, "alt");
});
