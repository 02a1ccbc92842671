/** The run-time's way to a cmi5 LMS, over real HTTP: launch, statements, state, failures, and the page without an LMS. */

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { JSDOM } from "jsdom";
import { connectCmi5 } from "../../packager/static/runtime/cmi5.js";
import { interactionOf } from "../../packager/static/runtime/interactions.js";
import { Tracker } from "../../packager/static/runtime/tracker.js";
import { ACTIVITY, ACTOR, REGISTRATION, SESSION, startLms } from "./cmi5-lms.js";
import { SAMPLES } from "./page.js";
import { exampleModule } from "./states.js";

const CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/";
const MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore";
const DURATION = /^PT(\d+H)?(\d+M)?\d+(\.\d{1,2})?S$/;

let lms = await startLms();
beforeEach(async () => { await lms.stop(); lms = await startLms(); });
after(() => lms.stop());

function memory() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), kept };
}

/** A page of the package in a browser's tab; `session` outlives a reload. */
async function open(search = lms.launch(), { session = memory(), storage = memory(), module = exampleModule() } = {}) {
  const heard = [];
  const went = [];
  const document = new JSDOM("<video></video>").window.document;
  const timers = [];
  const clock = { now: () => Date.now(), later: (work) => { timers.push(work); return work; }, cancel: (work) => { timers.splice(timers.indexOf(work), 1); } };
  const listener = { refused: () => heard.push("refused"), accepted: () => heard.push("accepted"), overflow: () => heard.push("overflow") };
  const connected = await connectCmi5(module, {
    search, document, request: (...values) => fetch(...values), session: () => session, storage: () => storage, go: (address) => went.push(address),
  });
  const tracker = new Tracker(module, connected.adapter, { listener, seed: 42, clock });
  return { ...connected, tracker, module, document, heard, went, session, storage, search, retry: () => timers.pop()() };
}

function visit({ tracker }, number) {
  tracker.state.visited.add(number);
  tracker.state.place = number;
  tracker.changed();
}

function result({ tracker }, number, points, maximum) {
  tracker.state.answers.set(number, { tries: 1, checked: true, solution: false, best: { points, maximum }, codes: [] });
}

/** All pages seen, every exercise with this share of its points. */
function finish(page, points = 1) {
  for (const { number } of page.module.exercises) result(page, number, points, 1);
  for (const { number } of page.module.pages) visit(page, number);
}

async function until(condition) {
  for (let wait = 0; wait < 300; wait += 1) {
    if (condition()) return;
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
  throw new Error(`waited in vain for ${condition}: ${lms.verbs()}`);
}

const said = (verb) => lms.statements.find(({ verb: { id } }) => id.endsWith(`/${verb}`));
const categories = ({ context }) => (context.contextActivities.category ?? []).map(({ id }) => id.replace(CATEGORY, ""));

test("a launch asks for the token once, reads what it must, and says „initialized“ first", async () => {
  await open();
  await until(() => lms.statements.length);
  const [first, second] = lms.requests;
  assert.deepEqual([first.method, first.path], ["POST", "/token"]);
  assert.equal(second.query.stateId, "LMS.LaunchData");
  assert.ok(lms.requests.some(({ query }) => query.profileId === "cmi5LearnerPreferences" && query.agent === JSON.stringify(ACTOR)));
  assert.deepEqual(lms.verbs(), ["initialized"]);
  const [statement] = lms.statements;
  assert.deepEqual(statement.actor, ACTOR);
  assert.deepEqual(statement.object, { objectType: "Activity", id: ACTIVITY });
  assert.equal(statement.context.registration, REGISTRATION);
  assert.equal(statement.context.extensions[SESSION], "1");
  assert.equal(statement.context.contextActivities.grouping.length, 1);
  assert.deepEqual(categories(statement), ["cmi5"]);
  assert.match(statement.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(statement.timestamp, /Z$/);
});

test("a module is finished: passed and completed with what cmi5 wants, terminated last", async () => {
  const page = await open();
  finish(page);
  page.tracker.close();
  await until(() => said("terminated"));
  assert.deepEqual(lms.verbs(), ["initialized", "passed", "completed", "terminated"]);
  const [passed, completed, terminated] = ["passed", "completed", "terminated"].map(said);
  assert.deepEqual([passed.result.success, passed.result.score, passed.result.completion], [true, { scaled: 1 }, undefined]);
  assert.equal(passed.context.extensions[MASTERY], 0.6);
  assert.deepEqual([completed.result.completion, completed.result.success, completed.result.score], [true, undefined, undefined]);
  for (const statement of [passed, completed, terminated]) assert.match(statement.result.duration, DURATION);
  assert.deepEqual([passed, completed, terminated].map(categories), [["cmi5", "moveon"], ["cmi5", "moveon"], ["cmi5"]]);
  assert.deepEqual(page.heard, []);
});

test("the next session resumes, and says nothing a second time", async () => {
  const first = await open();
  finish(first);
  first.tracker.close();
  await until(() => said("terminated") && lms.documents.size);
  lms.statements.length = 0;
  const second = await open();
  assert.equal(second.tracker.state.status, "passed");
  assert.equal(second.tracker.state.answers.size, first.module.exercises.length);
  finish(second);
  second.tracker.close();
  await until(() => said("terminated"));
  assert.deepEqual(lms.verbs(), ["initialized", "terminated"]);
});

test("what is not passed yet says nothing; what finally is not, says failed", async () => {
  const page = await open();
  finish(page, 0);
  assert.equal(page.tracker.state.status, "incomplete");
  page.tracker.state.status = "failed";
  page.tracker.save();
  await until(() => said("completed"));
  assert.deepEqual(lms.verbs(), ["initialized", "failed", "completed"]);
  assert.deepEqual(said("failed").result.score, { scaled: 0 });
  assert.equal(said("failed").result.success, false);
});

test("the LMS's mastery score outranks the author's pass mark", async () => {
  lms.launchData.masteryScore = 0.6667;
  const page = await open();
  const [one, two] = page.module.exercises;
  result(page, one.number, 2, 3);
  result(page, two.number, 2, 3);
  for (const { number } of page.module.pages) visit(page, number);
  assert.equal(page.module.completion.pass_mark, 66.67);
  await until(() => said("passed"));
  assert.deepEqual(said("passed").result.score, { scaled: 0.6667 });
});

test("an answer is a cmi.interaction below the unit, without cmi5's categories", async () => {
  const page = await open();
  const { right, wrong } = SAMPLES.matching;
  const data = { ...SAMPLES.matching.data, interaction: "matching" };
  const seconds = 3.5;
  const when = new Date("2026-01-31T10:00:00.000Z");
  for (const [response, points] of [[right, 2], [wrong, 0]]) {
    page.tracker.report(interactionOf(data, { id: data.id, response, outcome: { points, maximum: 2 }, seconds, when, language: "de" }));
  }
  page.tracker.save();
  await until(() => lms.statements.length === 3);
  const [, good, bad] = lms.statements;
  assert.equal(good.verb.id, "http://adlnet.gov/expapi/verbs/answered");
  assert.equal(good.object.id, `${ACTIVITY}/paare`);
  assert.deepEqual(good.object.definition, {
    type: "http://adlnet.gov/expapi/activities/cmi.interaction", interactionType: "matching", name: { de: "Titel" },
    correctResponsesPattern: ["ozg[.]bund[,]nis2[.]eu"],
  });
  assert.deepEqual(good.result, { response: "ozg[.]bund[,]nis2[.]eu", success: true, duration: "PT3.5S" });
  assert.equal(bad.result.success, false);
  assert.equal(good.timestamp, when.toISOString());
  assert.deepEqual(categories(good), []);
  assert.deepEqual(good.context.contextActivities.parent, [{ objectType: "Activity", id: ACTIVITY }]);
  assert.equal(good.context.extensions[SESSION], "1");
});

for (const launchMode of ["Review", "Browse"]) {
  test(`${launchMode}: the session begins and ends, nothing else is written`, async () => {
    lms.launchData.launchMode = launchMode;
    const page = await open();
    assert.equal(page.tracker.mode, launchMode.toLowerCase());
    finish(page);
    page.tracker.report(interactionOf(SAMPLES.matching.data, { id: "x", response: {}, outcome: null, seconds: 1, when: new Date(), language: "de" }));
    page.tracker.close();
    await until(() => said("terminated"));
    assert.deepEqual(lms.verbs(), ["initialized", "terminated"]);
    assert.equal(lms.documents.size, 0);
  });
}

test("a reload goes on in its session without a second token or „initialized“", async () => {
  const first = await open();
  visit(first, 1);
  await until(() => lms.documents.size);
  const again = await open(first.search, { session: first.session });
  assert.equal(again.missing, false);
  assert.equal(again.tracker.state.place, 1);
  visit(again, 2);
  again.tracker.close();
  await until(() => said("terminated"));
  assert.equal(lms.requests.filter(({ path }) => path === "/token").length, 1);
  assert.deepEqual(lms.verbs(), ["initialized", "terminated"]);
});

test("after „terminated“ work is kept, and said in the next session", async () => {
  const first = await open();
  first.tracker.close();
  await until(() => said("terminated"));
  const again = await open(first.search, { session: first.session });
  finish(again);
  again.tracker.close();
  await until(() => lms.documents.get("staffel")?.state.length > 20);
  assert.deepEqual(lms.verbs(), ["initialized", "terminated"]);
  const next = await open();
  assert.equal(next.tracker.state.status, "passed");
  visit(next, 1);
  await until(() => said("completed"));
  assert.deepEqual(lms.verbs().slice(2), ["initialized", "passed", "completed"]);
});

test("an LMS that is away gets everything later, in its order and each once, and the learner is told", async () => {
  const page = await open();
  await until(() => lms.statements.length);
  lms.fault = () => 503;
  finish(page);
  await until(() => page.heard.length);
  assert.deepEqual(page.heard, ["refused"]);
  page.retry();
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  assert.deepEqual(page.heard, ["refused"]);
  lms.fault = () => 0;
  page.retry();
  await until(() => page.heard.length === 2);
  assert.deepEqual(page.heard, ["refused", "accepted"]);
  assert.deepEqual(lms.verbs(), ["initialized", "passed", "completed"]);
  assert.deepEqual(lms.documents.get("staffel").reported, ["passed", "completed"]);
});

test("a statement that the LMS will never take does not hold up the others", async (t) => {
  const warnings = t.mock.method(console, "warn", () => undefined);
  lms.fault = ({ path, body }) => (path === "/xapi/statements" && body.some(({ verb }) => verb.id.endsWith("answered")) ? 400 : 0);
  const page = await open();
  const { data, right } = SAMPLES.matching;
  page.tracker.report(interactionOf(data, { id: data.id, response: right, outcome: { points: 2, maximum: 2 }, seconds: 1, when: new Date(), language: "de" }));
  finish(page);
  page.tracker.close();
  await until(() => said("terminated"));
  assert.deepEqual(lms.verbs(), ["initialized", "passed", "completed", "terminated"]);
  assert.equal(warnings.mock.callCount(), 1);
});

test("a state that cannot be read is not replaced by an empty one", async (t) => {
  t.mock.method(console, "warn", () => undefined);
  lms.documents.set("staffel", { state: "1=…", reported: [] });
  lms.fault = ({ query }) => (query.stateId === "staffel" ? 500 : 0);
  const page = await open();
  assert.equal(page.missing, true);
  finish(page);
  assert.deepEqual(lms.documents.get("staffel"), { state: "1=…", reported: [] });
  assert.deepEqual(lms.verbs(), []);
  assert.equal(page.storage.kept.size, 1);
});

test("preferences that the LMS refuses to show are no error, and „audio off“ mutes", async () => {
  lms.fault = ({ path }) => (path.endsWith("/profile") ? 403 : 0);
  assert.equal((await open()).missing, false);
  lms.fault = () => 0;
  lms.preferences = { languagePreference: "de", audioPreference: "off" };
  const { document } = await open();
  const video = document.querySelector("video");
  video.dispatchEvent(new document.defaultView.Event("loadstart"));
  assert.equal(video.muted, true);
});

test("who has finished goes back to where the LMS wants, once everything has arrived", async () => {
  lms.launchData.returnURL = "https://lms.example.de/kurs/7";
  const page = await open();
  finish(page);
  page.tracker.close();
  page.leave();
  await until(() => page.went.length);
  assert.deepEqual(page.went, ["https://lms.example.de/kurs/7"]);
  assert.ok(said("terminated"));
});

test("a return address that is no web address is not followed", async () => {
  lms.launchData.returnURL = "javascript:alert(1)";
  const page = await open();
  page.tracker.close();
  page.leave();
  await until(() => said("terminated"));
  assert.deepEqual(page.went, []);
});

for (const [name, search] of [["no parameters", ""], ["an actor that is no JSON", "?endpoint=https://a.b/&fetch=https://a.b/f&registration=r&activityId=x:y&actor=%7B"],
  ["an endpoint that is no web address", "?endpoint=javascript:1&fetch=https://a.b/f&registration=r&activityId=x:y&actor=%7B%7D"]]) {
  test(`${name}: a plain page that keeps progress in the browser and asks nobody`, async () => {
    const page = await open(search);
    assert.equal(page.missing, true);
    finish(page);
    page.tracker.close();
    assert.equal(page.storage.kept.size, 1);
    assert.deepEqual(lms.requests, []);
    assert.equal((await open(search, { storage: page.storage })).tracker.state.status, "passed");
  });
}

test("a launch that was used up leaves the page usable and says that the LMS does not answer", async (t) => {
  t.mock.method(console, "warn", () => undefined);
  const { search } = await open();
  const other = await open(search);
  assert.equal(other.missing, true);
  assert.deepEqual(lms.requests.filter(({ path }) => path === "/token").length, 2);
});
