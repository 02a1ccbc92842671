/** How far an answer is, and how a test's overview says it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { progressOf } from "../../content/widgets/static/progress.js";
import { overview } from "../../packager/static/runtime/player-view.js";
import { openPage, SAMPLES, translate } from "./page.js";

for (const { name, cases, ...data } of JSON.parse(readFileSync(new URL("../vectors/progress.json", import.meta.url), "utf8"))) {
  test(`${name}: as far as Python says`, () => {
    for (const { name: sample, response, answered, complete } of cases) {
      assert.equal(progressOf(data, response), complete ? "answered" : answered ? "begun" : "open", sample);
    }
  });
}

test("a variable that is no longer asked for is not missed", () => {
  const { data } = SAMPLES["gap-text"];
  const variables = data.variables.map((variable) => (variable.id === "wen" ? { ...variable, retired: true } : variable));
  assert.equal(progressOf({ ...data, variables }, { gesetz: ["OZG"] }), "answered");
});

test("an overview names what is open and what is only begun, and what that costs", () => {
  const window = openPage();
  const show = (...states) => {
    window.document.body.replaceChildren(...overview(states.map((progress) => ({ title: "Aufgabe", progress, open: () => {} })), translate, () => {}));
    return [window.document.querySelector("p:not(.assessment-heading)").textContent, [...window.document.querySelectorAll("li span.assessment-state")].map(({ textContent }) => textContent)];
  };
  assert.deepEqual(show("answered", "begun", "open", "open"), [
    "2 Aufgaben sind noch offen. Offene Aufgaben zählen 0 Punkte. Eine Aufgabe ist nicht zu Ende bearbeitet. Was darin fehlt, zählt 0 Punkte.",
    ["beantwortet", "angefangen", "noch offen", "noch offen"],
  ]);
  assert.equal(show("answered")[0], "Alle Aufgaben sind beantwortet.");
});

test("a number and its % never part at the end of a line", () => {
  assert.equal(translate("test.result", { percent: 40 }), "Ergebnis: 40\u00a0%.");
  assert.equal(translate("test.failed", { percent: 60 }), "Zum Bestehen fehlen noch Punkte: Nötig sind 60\u00a0%.");
});
