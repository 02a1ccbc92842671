/** The run-time against an LMS that nobody here wrote (scorm-again), and against one that misbehaves. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Scorm12API } from "scorm-again/scorm12";
import { Scorm2004API } from "scorm-again/scorm2004";
import { findApi } from "../../packager/static/runtime/api.js";
import { interactionOf } from "../../packager/static/runtime/interactions.js";
import { scorm12 } from "../../packager/static/runtime/scorm12.js";
import { scorm2004 } from "../../packager/static/runtime/scorm2004.js";
import { Session } from "../../packager/static/runtime/session.js";
import { Tracker } from "../../packager/static/runtime/tracker.js";
import { exampleModule, typed } from "./states.js";

const EDITIONS = {
  scorm12: { make: () => new Scorm12API({ autocommit: false, logLevel: 5 }), edition: scorm12, name: "API", raw: "cmi.core.score.raw" },
  scorm2004: { make: () => new Scorm2004API({ autocommit: false, logLevel: 5 }), edition: scorm2004, name: "API_1484_11", raw: "cmi.score.raw" },
};

/** Counts and records every call on its way to the LMS. */
function spy(api) {
  const calls = [];
  const raw = new Proxy(api, { get: (target, name) => (typeof target[name] === "function"
    ? (...values) => { const answer = target[name](...values); calls.push([name, ...values, answer]); return answer; } : target[name]) });
  return { raw, calls };
}

/** A clock that goes only when told. */
function handClock() {
  let now = 0;
  let waiting = [];
  return {
    now: () => now,
    later: (work, milliseconds) => { const timer = { work, due: now + milliseconds }; waiting.push(timer); return timer; },
    cancel: (timer) => { waiting = waiting.filter((entry) => entry !== timer); },
    go(milliseconds) {
      now += milliseconds;
      const due = waiting.filter((timer) => timer.due <= now);
      waiting = waiting.filter((timer) => timer.due > now);
      for (const { work } of due) work();
    },
    get waiting() { return waiting.length; },
  };
}

function launch(raw, { edition, name }, { module = exampleModule(), clock = handClock() } = {}) {
  const heard = [];
  const listener = { refused: (retry) => heard.push(["refused", retry]), accepted: () => heard.push(["accepted"]), overflow: () => heard.push(["overflow"]) };
  const frame = { [name]: raw, opener: null };
  frame.parent = frame;
  const session = new Session(findApi(name === "API" ? "scorm12" : "scorm2004", frame), edition);
  session.start();
  return { tracker: new Tracker(module, session, { listener, seed: 42, clock }), heard, clock };
}

const findValue = (api, element) => element.split(".").slice(1).reduce((part, name) => part[name], api.cmi);

function visit(tracker, number) {
  tracker.state.visited.add(number);
  tracker.state.place = number;
  tracker.changed();
}

function answer(tracker, number, points, maximum, words = "") {
  const codes = words ? [{ kind: "text", list: [words] }] : [{ kind: "index", list: [1] }];
  tracker.state.answers.delete(number);
  tracker.state.answers.set(number, { tries: 1, checked: true, solution: false, best: { points, maximum }, codes });
}

const DATA = { id: "m1u1-frage", number: 1, type: "single-choice", title: "Frage", points: 1, interaction: "choice", feedback: {}, notes: [],
  variables: [{ id: "RESPONSE", cardinality: "single", base: "identifier", values: ["a", "b"] }],
  rule: { kind: "match-correct", variable: "RESPONSE", correct: ["b"], maximum: 1 }, correct: { RESPONSE: ["b"] } };

const report = (tracker) => tracker.report(interactionOf(DATA, { id: DATA.id, response: { RESPONSE: ["b"] }, outcome: { points: 1, maximum: 1 }, seconds: 3, when: new Date(), language: "de" }));

for (const [label, made] of Object.entries(EDITIONS)) {
  test(`${label}: a launch takes fewer than ten calls, none of them refused`, () => {
    const { raw, calls } = spy(made.make());
    const { tracker } = launch(raw, made);
    visit(tracker, 1);
    assert.ok(calls.length < 10, JSON.stringify(calls));
    assert.deepEqual(calls.filter(([name, , , answer]) => /SetValue/.test(name) && answer !== "true"), []);
  });

  test(`${label}: a module is left in the middle, resumed, finished and looked back on`, () => {
    const api = made.make();
    const first = launch(api, made);
    visit(first.tracker, 1);
    answer(first.tracker, 1, 1, 1);
    report(first.tracker);
    first.tracker.changed();
    first.clock.go(90_000);
    first.tracker.close();

    const again = made.make();
    again.loadFromJSON(JSON.parse(JSON.stringify(api.cmi)), "");
    const { raw, calls } = spy(again);
    const second = launch(raw, made);
    assert.deepEqual(second.tracker.state.answers.get(1)?.best, { points: 1, maximum: 1 });
    assert.equal(second.tracker.state.place, 1);
    assert.equal(second.tracker.state.journal, 1);
    visit(second.tracker, 1);
    assert.ok(calls.length < 10, JSON.stringify(calls));

    answer(second.tracker, 2, 2, 3);
    report(second.tracker);
    visit(second.tracker, 2);
    assert.equal(findValue(again, made.raw), "75");
    assert.deepEqual(calls.filter(([name, , , answer]) => /SetValue/.test(name) && answer !== "true"), []);
    assert.equal(second.tracker.state.status, "passed");
    assert.equal(second.tracker.close(), true);
    assert.deepEqual(second.heard, []);
  });
}

test("scorm12: status, score, exit and session time as they arrive", () => {
  const { raw, calls } = spy(EDITIONS.scorm12.make());
  const { tracker, clock } = launch(raw, EDITIONS.scorm12);
  const sent = (element) => calls.filter(([call, name]) => /SetValue/.test(call) && name === element).map(([, , value]) => value);
  visit(tracker, 1);
  assert.deepEqual([sent("cmi.core.lesson_location"), sent("cmi.core.exit")], [["p1"], ["suspend"]]);
  answer(tracker, 1, 1, 1);
  answer(tracker, 2, 1, 1);
  visit(tracker, 2);
  clock.go(3_725_500);
  tracker.close();
  assert.deepEqual(sent("cmi.core.lesson_status"), ["incomplete", "passed"]);
  assert.deepEqual(["raw", "min", "max"].map((part) => sent(`cmi.core.score.${part}`)), [["100"], ["0"], ["100"]]);
  assert.deepEqual(sent("cmi.core.exit"), ["suspend", ""]);
  assert.deepEqual(sent("cmi.core.session_time"), ["0001:02:05.50"]);
});

test("scorm2004: both statuses are set, scaled and raw agree", () => {
  const api = EDITIONS.scorm2004.make();
  const { tracker } = launch(api, EDITIONS.scorm2004);
  visit(tracker, 1);
  assert.deepEqual([api.cmi.completion_status, api.cmi.success_status], ["incomplete", "unknown"]);
  answer(tracker, 1, 1, 3);
  answer(tracker, 2, 1, 1);
  visit(tracker, 2);
  assert.deepEqual([api.cmi.completion_status, api.cmi.success_status], ["completed", "passed"]);
  assert.deepEqual([api.cmi.score.raw, api.cmi.score.scaled], ["83.33", "0.8333"]);
});

/** An LMS in a few lines, for faults that a good one does not have. */
function smallLms(values = {}, faults = {}) {
  const written = [];
  const api = {
    LMSInitialize: () => "true", LMSFinish: () => "true", LMSCommit: () => "true", LMSGetLastError: () => "0",
    LMSGetValue: (name) => values[name] ?? "",
    LMSSetValue: (name, value) => { written.push([name, value]); values[name] = value; return "true"; },
    ...faults,
  };
  return { api, written, values };
}

test("a preview does not count as finished, though LMSFinish makes „completed“ of no status", () => {
  for (const [before, after] of [["not attempted", "browsed"], ["incomplete", "incomplete"], ["passed", "passed"]]) {
    const { api, values } = smallLms({ "cmi.core.lesson_mode": "browse", "cmi.core.lesson_status": before }, {
      LMSFinish() { if (values["cmi.core.lesson_status"] === "not attempted") values["cmi.core.lesson_status"] = "completed"; return "true"; },
    });
    const { tracker } = launch(api, EDITIONS.scorm12);
    visit(tracker, 1);
    tracker.close();
    assert.equal(values["cmi.core.lesson_status"], after);
  }
});

test("in review and browse mode nothing is written and a status is not lowered", () => {
  for (const mode of ["review", "browse"]) {
    const { api, written } = smallLms({ "cmi.core.lesson_mode": mode, "cmi.core.lesson_status": "passed" });
    const { tracker } = launch(api, EDITIONS.scorm12);
    visit(tracker, 1);
    report(tracker);
    tracker.hide();
    tracker.close();
    assert.deepEqual(written, [], mode);
    assert.equal(tracker.state.status, "passed");
  }
});

test("a finished status of the LMS outranks an empty state", () => {
  const { api, values } = smallLms({ "cmi.core.lesson_mode": "normal", "cmi.core.lesson_status": "completed" });
  const { tracker } = launch(api, EDITIONS.scorm12);
  visit(tracker, 1);
  assert.equal(values["cmi.core.lesson_status"], "completed");
});

test("interactions go on at the LMS's count, or at ours where it does not tell", () => {
  for (const [count, expected] of [["17", "cmi.interactions.17.id"], ["", "cmi.interactions.5.id"]]) {
    const { api, written } = smallLms({ "cmi.interactions._count": count });
    const { tracker } = launch(api, EDITIONS.scorm12);
    tracker.state.journal = 5;
    report(tracker);
    report(tracker);
    const ids = written.filter(([name]) => name.endsWith(".id")).map(([name]) => name);
    assert.deepEqual(ids, [expected, expected.replace(/\d+/, (index) => String(Number(index) + 1))]);
    assert.equal(tracker.state.journal, 7);
  }
});

test("an interaction that the LMS refuses leaves no gap", () => {
  let refuse = true;
  const { api, written, values } = smallLms({ "cmi.interactions._count": "0" });
  const set = api.LMSSetValue;
  api.LMSSetValue = (name, value) => (refuse && name.endsWith(".id") ? "false" : set(name, value));
  const { tracker } = launch(api, EDITIONS.scorm12);
  report(tracker);
  refuse = false;
  report(tracker);
  assert.equal(values["cmi.interactions.0.id"], "m1u1-frage");
  assert.equal(written.some(([name]) => name.includes("interactions.1.")), false);
});

test("no more interactions are kept than every LMS keeps, so that no commit grows past what a server reads", () => {
  for (const [count, kept] of [["0", 250], ["249", 1], ["300", 0]]) {
    const { api, written } = smallLms({ "cmi.interactions._count": count });
    const { tracker } = launch(api, EDITIONS.scorm12);
    for (let number = 0; number < 260; number += 1) report(tracker);
    assert.equal(written.filter(([name]) => /^cmi\.interactions\.\d+\.id$/.test(name)).length, kept);
    assert.equal(tracker.state.journal, kept);
  }
});

test("who says to be finished while the LMS is out of reach can save later, for the session is still open", () => {
  let commit = "false";
  let ended = 0;
  // An ended session takes nothing more, and Moodle opens no second one after answers were reported.
  const { api, values } = smallLms({}, { LMSCommit: () => commit, LMSFinish: () => { ended += 1; return commit; } });
  const { tracker, clock } = launch(api, EDITIONS.scorm12);
  visit(tracker, 1);
  assert.equal(tracker.close(false), false);
  assert.equal(ended, 0);
  commit = "true";
  clock.go(1_000);
  assert.equal(tracker.save(), true);
  assert.ok(values["cmi.suspend_data"]);
  tracker.close();
  assert.equal(ended, 1);
  assert.equal(values["cmi.core.session_time"], "0000:00:01.00");
});

test("a page that is left ends its session even if saving was refused", () => {
  let ended = 0;
  const { api } = smallLms({}, { LMSCommit: () => "false", LMSFinish: () => { ended += 1; return "true"; } });
  const { tracker } = launch(api, EDITIONS.scorm12);
  visit(tracker, 1);
  assert.equal(tracker.close(), false);
  assert.equal(ended, 1);
});

test("a refused commit is told once, tried again later, and its success is told", () => {
  let commit = "false";
  const { api } = smallLms({}, { LMSCommit: () => commit });
  const { tracker, heard, clock } = launch(api, EDITIONS.scorm12);
  visit(tracker, 1);
  assert.deepEqual(heard.map(([what]) => what), ["refused"]);
  clock.go(5_000);
  assert.deepEqual(heard.map(([what]) => what), ["refused"]);
  commit = "true";
  clock.go(15_000);
  assert.deepEqual(heard.map(([what]) => what), ["refused", "accepted"]);
  assert.equal(clock.waiting, 0);
  heard[0][1]();
  assert.equal(heard.length, 2);
});

test("an LMS that refuses a mere comfort like the location has saved all the same", () => {
  const { api, values } = smallLms();
  const set = api.LMSSetValue;
  api.LMSSetValue = (name, value) => (name.endsWith("lesson_location") ? "false" : set(name, value));
  const { tracker, heard } = launch(api, EDITIONS.scorm12);
  visit(tracker, 1);
  assert.deepEqual(heard, []);
  assert.ok(values["cmi.suspend_data"]);
});

test("drafts are saved together a little later, and at once when the page goes out of sight", () => {
  const { api, written } = smallLms();
  const { tracker, clock } = launch(api, EDITIONS.scorm12);
  visit(tracker, 1);
  const before = written.length;
  answer(tracker, 2, 0, 1, "W");
  tracker.changed({ soon: true });
  answer(tracker, 2, 0, 1, "Wärme");
  tracker.changed({ soon: true });
  assert.equal(written.length, before);
  clock.go(2_000);
  assert.equal(written.filter(([name]) => name === "cmi.suspend_data").length, 2);
  answer(tracker, 2, 0, 1, "Wärmeplan");
  tracker.changed({ soon: true });
  tracker.hide();
  assert.match(written.filter(([name]) => name === "cmi.suspend_data").at(-1)[1], /Wärmeplan/);
  assert.ok(written.some(([name]) => name === "cmi.core.session_time"));
});

test("nothing is written once the page is left, until somebody comes back to it", () => {
  const { api, written } = smallLms();
  let initialised = 0;
  api.LMSInitialize = () => { initialised += 1; return "true"; };
  const { tracker } = launch(api, EDITIONS.scorm12);
  visit(tracker, 1);
  tracker.close();
  const after = written.length;
  tracker.hide();
  tracker.close();
  assert.equal(written.length, after);
  visit(tracker, 2);
  assert.equal(initialised, 2);
  assert.ok(written.length > after);
});

test("the learner is told once that texts did not fit, and is not told again at the next launch", () => {
  const { api, values } = smallLms();
  const { tracker, heard } = launch(api, EDITIONS.scorm12);
  for (let number = 1; number <= 80; number += 1) answer(tracker, number, 1, 1, typed(90, number));
  visit(tracker, 1);
  visit(tracker, 2);
  assert.deepEqual(heard, [["overflow"]]);
  assert.ok(values["cmi.suspend_data"].length <= 4095);
  const next = launch(api, EDITIONS.scorm12);
  for (let number = 1; number <= 80; number += 1) answer(next.tracker, number, 1, 1, typed(90, number));
  visit(next.tracker, 1);
  assert.deepEqual(next.heard, []);
});
