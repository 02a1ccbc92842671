/** The search for the LMS, and the choice of an adapter. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findApi } from "../../packager/static/runtime/api.js";
import { connect } from "../../packager/static/runtime/connect.js";
import { connectSoon } from "../../packager/static/runtime/soon.js";
import { exampleModule } from "./states.js";

/** An API that answers like an LMS with the name `name`. */
const lms = (name, initialize = "true", error = "0") => ({
  LMSInitialize: () => initialize, LMSGetValue: () => name, LMSGetLastError: () => error,
  Initialize: () => initialize, GetValue: () => name, GetLastError: () => error,
});

/** A frame whose properties no other origin may read, except those that browsers always allow. */
function foreign(parent) {
  return new Proxy({}, { get(_, name) {
    if (name === "parent") return parent;
    throw new DOMException("Blocked a frame from accessing a cross-origin frame", "SecurityError");
  } });
}

/** The outermost window is its own parent. */
function top(properties = {}) {
  const frame = { opener: null, ...properties };
  frame.parent = frame;
  frame.top = frame;
  return frame;
}

test("finds the API in the parents", () => {
  const outer = top({ API: lms("parent") });
  const inner = { parent: { parent: outer, opener: null }, opener: null, top: outer };
  assert.equal(findApi("scorm12", inner)?.get("x"), "parent");
  assert.equal(findApi("scorm2004", inner), null);
});

test("finds the API in the opener's parents", () => {
  const opener = { parent: top({ API_1484_11: lms("opener") }), opener: null };
  assert.equal(findApi("scorm2004", top({ opener }))?.get("x"), "opener");
});

test("finds the API above the opener of the outermost window", () => {
  const outer = top({ opener: top({ API: lms("top opener") }) });
  assert.equal(findApi("scorm12", { parent: outer, opener: null, top: outer })?.get("x"), "top opener");
});

test("climbs over a frame of another origin", () => {
  const inner = { parent: foreign(top({ API: lms("beyond") })), opener: null, top: null };
  assert.equal(findApi("scorm12", inner)?.get("x"), "beyond");
});

test("gives up after 500 levels and where there is nothing", () => {
  let frame = top({ API: lms("far") });
  for (let level = 0; level < 501; level += 1) frame = { parent: frame, opener: null };
  assert.equal(findApi("scorm12", frame), null);
  const endless = { opener: null, get parent() { return { parent: this, opener: null }; } };
  assert.equal(findApi("scorm12", endless), null);
  assert.equal(findApi("scorm12", top()), null);
});

test("an API function that is missing or throws answers like one that failed", () => {
  const api = findApi("scorm12", top({ API: { LMSInitialize: () => { throw new Error("LMS"); }, LMSCommit: () => undefined } }));
  assert.deepEqual([api.initialize(), api.commit(), api.get("x")], ["false", "", "false"]);
});

test("an LMS that refuses the session as already begun is used all the same", () => {
  const { adapter, missing } = connect(exampleModule(), top({ API: lms("normal", "false", "101") }), () => { throw new Error(); });
  assert.deepEqual([missing, adapter.limit], [false, 4095]);
});

test("an LMS of the other edition is better than none", () => {
  const { adapter, missing } = connect(exampleModule(), top({ API_1484_11: lms("normal") }), () => { throw new Error(); });
  assert.deepEqual([missing, adapter.limit], [false, 64_000]);
});

test("without an LMS progress stays in the browser, and without storage nowhere", () => {
  const stored = new Map();
  const storage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value), removeItem: (key) => stored.delete(key) };
  const { adapter, missing } = connect(exampleModule(), top(), () => storage);
  assert.equal(missing, true);
  assert.equal(adapter.save({ state: "1=x", status: "incomplete", score: null, location: "p1" }, null), true);
  assert.deepEqual([...stored], [["staffel:beispiel:m1", "1=x"]]);
  assert.equal(adapter.open().state, "1=x");
  const forbidden = connect(exampleModule({ format: "web" }), top(), () => { throw new DOMException("denied", "SecurityError"); });
  assert.equal(forbidden.missing, false);
  assert.equal(forbidden.adapter.open().state, "");
  assert.equal(forbidden.adapter.save({ state: "x", status: "incomplete", score: null, location: "" }, null), true);
});

test("an API that an LMS puts up later than the page is waited for", async () => {
  const outer = top();
  const frame = { opener: null, parent: outer, top: outer };
  setTimeout(() => { outer.API = lms("normal"); }, 300);
  const { adapter, missing } = await connectSoon(exampleModule(), frame, () => { throw new Error(); });
  assert.deepEqual([missing, adapter.limit], [false, 4095]);
});

test("a page that stands alone, or belongs to no LMS, waits for none", async () => {
  const outer = top();
  const inner = { opener: null, parent: outer, top: outer };
  for (const [module, frame] of [[exampleModule(), outer], [exampleModule({ format: "web" }), inner]]) {
    const since = Date.now();
    await connectSoon(module, frame, () => { throw new Error(); });
    assert.ok(Date.now() - since < 150);
  }
});
