/** A document for tests of the widgets: forms built like `content/widgets/*.html`, German messages. */

import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
import { translator } from "../../content/widgets/static/messages.js";

export const MESSAGES = JSON.parse(readFileSync(new URL("../../content/messages/de.json", import.meta.url), "utf8"));
export const translate = translator(MESSAGES, "de");

const GLOBALS = ["document", "HTMLElement", "HTMLInputElement", "HTMLSelectElement", "Event", "addEventListener", "removeEventListener", "Blob"];

/** Makes a fresh document the global one; modules look it up when they run. */
export function openPage(body = "") {
  const { window } = new JSDOM(`<!doctype html><html lang="de"><body><main id="content">${body}</main></body></html>`, { url: "https://lms.example/" });
  for (const name of GLOBALS) globalThis[name] = typeof window[name] === "function" && /^[a-z]/.test(name) ? window[name].bind(window) : window[name];
  return window;
}

function form(id, type, body, actions) {
  const buttons = actions ?? `<button type="submit" data-action="check">Antwort prüfen</button>
    <button type="button" data-action="retry" hidden>Noch einmal</button><button type="button" data-action="solution" hidden>Lösung zeigen</button>`;
  return `<form class="exercise" id="exercise-${id}" data-exercise="${id}" data-type="${type}" method="post" novalidate>
    <h3 class="exercise-title">${id}</h3><div class="exercise-prompt">…</div><fieldset class="exercise-body"><legend>…</legend>${body}</fieldset>
    <div class="exercise-hints"><details><summary>Hinweis</summary>…</details></div>
    <div class="exercise-actions">${buttons}</div><div class="exercise-feedback" role="status"></div></form>`;
}

const check = (kind, name, value, words) => `<div class="kern-form-check" data-value="${value}"><input id="${name}-${value}" type="${kind}" name="${name}" value="${value}"><label for="${name}-${value}">${words}</label></div>`;
const select = (name, values, label) => `<span><select name="${name}" id="${name}" aria-label="${label}"><option value="">Bitte wählen</option>${values.map(([value, words]) => `<option value="${value}">${words}</option>`).join("")}</select></span>`;

const pair = (source, words, targets) => `<fieldset class="pair" data-value="${source}"><legend class="pair-source">${words}</legend>${targets.map(([target, label]) => `<div class="kern-form-check"><input id="p-${source}-${target}" type="radio" name="RESPONSE.${source}" value="${target}"><label for="p-${source}-${target}">${label}</label></div>`).join("")}</fieldset>`;
const passage = (value, words) => `<span class="passage" data-value="${value}"><input id="h-${value}" type="checkbox" name="RESPONSE" value="${value}"><label class="passage-text" for="h-${value}">${words}</label></span>`;
/** Step -> decision -> what it is worth and which step follows. */
export const CASE = {
  lage: { kaufen: [0, "murren"], fragen: [2, "antwort"], warten: [1, ""] },
  murren: { erklaeren: [1, "antwort"], schweigen: [0, ""] },
  antwort: { auswerten: [2, ""], ablegen: [0, ""] },
};

const base = { number: 1, title: "Titel", points: 1, interaction: "choice", feedback: { correct: "<p>Gut.</p>", incorrect: "<p>Schade.</p>" }, notes: [] };
const identifier = (cardinality, values) => [{ id: "RESPONSE", cardinality, base: "identifier", values }];
const note = (value, html, negate = false) => ({ rule: { kind: "map-response", variable: "RESPONSE", mapping: { [value]: 1 }, default: 0, maximum: 1 }, negate, html });

/** One exercise of each type: its form, its data, and a right, a wrong and (where there is one) a partly right response. */
export const SAMPLES = {
  "single-choice": {
    html: form("wahl", "single-choice", `<div data-shuffle>${check("radio", "RESPONSE", "scan", "Einscannen")}${check("radio", "RESPONSE", "ablauf", "Ablauf ändern")}</div>`),
    data: { ...base, id: "wahl", type: "single-choice", variables: identifier("single", ["scan", "ablauf"]), correct: { RESPONSE: ["ablauf"] },
      rule: { kind: "match-correct", variable: "RESPONSE", correct: ["ablauf"], maximum: 1 }, notes: [note("scan", "<p>Das ist nur ein Bild.</p>")] },
    right: { RESPONSE: ["ablauf"] }, wrong: { RESPONSE: ["scan"] },
  },
  "true-false": {
    html: form("aussage", "true-false", `${check("radio", "RESPONSE", "true", "Richtig")}${check("radio", "RESPONSE", "false", "Falsch")}`),
    data: { ...base, id: "aussage", type: "true-false", interaction: "true-false", variables: identifier("single", ["true", "false"]), correct: { RESPONSE: ["false"] },
      rule: { kind: "match-correct", variable: "RESPONSE", correct: ["false"], maximum: 1 } },
    right: { RESPONSE: ["false"] }, wrong: { RESPONSE: ["true"] },
  },
  "multiple-choice": {
    html: form("mehr", "multiple-choice", ["a", "b", "c"].map((value) => check("checkbox", "RESPONSE", value, `Option ${value}`)).join("")),
    data: { ...base, id: "mehr", type: "multiple-choice", points: 2, variables: identifier("multiple", ["a", "b", "c"]), correct: { RESPONSE: ["a", "b"] },
      rule: { kind: "map-response", variable: "RESPONSE", mapping: { a: 1, b: 1, c: -2 }, default: 0, maximum: 2 } },
    right: { RESPONSE: ["a", "b"] }, wrong: { RESPONSE: ["c"] }, partial: { RESPONSE: ["a"] },
  },
  matching: {
    html: form("paare", "matching", ["ozg", "nis2"].map((source) => `<div class="matching-pair" data-value="${source}"><label for="RESPONSE.${source}">${source.toUpperCase()}</label>${select(`RESPONSE.${source}`, [["bund", "der Bund"], ["eu", "die EU"]], source)}</div>`).join("")),
    data: { ...base, id: "paare", type: "matching", points: 2, variables: [{ id: "RESPONSE", cardinality: "multiple", base: "pair", values: ["ozg", "nis2"], targets: ["bund", "eu"] }], correct: { RESPONSE: ["ozg bund", "nis2 eu"] },
      rule: { kind: "map-response", variable: "RESPONSE", mapping: { "ozg bund": 1, "nis2 eu": 1 }, default: 0, maximum: 2 }, notes: [note("ozg bund", "<p>Das OZG ist Bundesrecht.</p>", true)] },
    right: { RESPONSE: ["ozg bund", "nis2 eu"] }, wrong: { RESPONSE: ["ozg eu", "nis2 bund"] }, partial: { RESPONSE: ["ozg bund"] },
  },
  ordering: {
    html: form("folge", "ordering", `<ol class="ordering">${["b", "c", "a"].map((item) => `<li class="ordering-item" data-value="${item}"><label for="o-${item}"><span class="visually-hidden">Platz</span><select id="o-${item}" name="RESPONSE.${item}"><option value="">–</option>${[1, 2, 3].map((place) => `<option>${place}</option>`).join("")}</select></label><span>Schritt ${item}</span></li>`).join("")}</ol>`),
    data: { ...base, id: "folge", type: "ordering", points: 3, interaction: "sequencing", variables: identifier("ordered", ["a", "b", "c"]), correct: { RESPONSE: ["a", "b", "c"] },
      rule: { kind: "map-position", variable: "RESPONSE", correct: ["a", "b", "c"], maximum: 3 } },
    right: { RESPONSE: ["a", "b", "c"] }, wrong: { RESPONSE: ["b", "c", "a"] }, partial: { RESPONSE: ["a", "c", "b"] },
  },
  numeric: {
    html: form("zahl", "numeric", `<label for="z">Ihre Antwort</label><input id="z" type="text" name="RESPONSE">`),
    data: { ...base, id: "zahl", type: "numeric", interaction: "numeric", variables: [{ id: "RESPONSE", cardinality: "single", base: "float", values: [] }], correct: { RESPONSE: ["820"] },
      rule: { kind: "in-range", variable: "RESPONSE", ranges: [["815", "825", 100]], maximum: 100 } },
    right: { RESPONSE: ["819,5"] }, wrong: { RESPONSE: ["73"] },
  },
  "gap-text": {
    html: form("luecken", "gap-text", `<p>Das <span class="gap"><input type="text" name="gesetz" aria-label="Lücke 1"></span> verpflichtet <span class="gap">${select("wen", [["alle", "alle Ebenen"], ["bund", "nur den Bund"]], "Lücke 2")}</span>.</p>`),
    data: { ...base, id: "luecken", type: "gap-text", points: 2, interaction: "fill-in", correct: { gesetz: ["Onlinezugangsgesetz"], wen: ["alle"] },
      variables: [{ id: "gesetz", cardinality: "single", base: "string", values: [] }, { id: "wen", cardinality: "single", base: "identifier", values: ["alle", "bund"] }],
      rule: { kind: "sum", maximum: 200, parts: [{ kind: "match-text", variable: "gesetz", accepted: [["Onlinezugangsgesetz", 100], ["OZG", 100]], case_sensitive: false, maximum: 100 },
        { kind: "map-response", variable: "wen", mapping: { alle: 100, bund: 0 }, default: 0, maximum: 100 }] } },
    right: { gesetz: ["ozg"], wen: ["alle"] }, wrong: { gesetz: ["BGB"], wen: ["bund"] }, partial: { gesetz: ["OZG"], wen: ["bund"] },
  },
  "self-rating": {
    html: form("selbst", "self-rating", ["kann", "will"].map((statement) => `<fieldset class="rating"><legend>Ich ${statement} es</legend>${["1", "2"].map((step) => check("radio", statement, step, `Stufe ${step}`)).join("")}</fieldset>`).join("")),
    data: { ...base, id: "selbst", type: "self-rating", points: 0, interaction: "likert", rule: { kind: "unscored" }, correct: {}, feedback: {},
      variables: ["kann", "will"].map((id) => ({ id, cardinality: "single", base: "identifier", values: ["1", "2"] })) },
    right: { kann: ["2"], will: ["1"] },
  },
  kprim: {
    html: form("vier", "kprim", `<div class="judgements" data-shuffle>${["a", "b", "c", "d"].map((source) => pair(source, `Aussage ${source}`, [["true", "Richtig"], ["false", "Falsch"]])).join("")}</div>`),
    data: { ...base, id: "vier", type: "kprim", points: 2, interaction: "matching", variables: [{ id: "RESPONSE", cardinality: "multiple", base: "pair", values: ["a", "b", "c", "d"], targets: ["true", "false"] }],
      correct: { RESPONSE: ["a true", "b false", "c true", "d false"] },
      rule: { kind: "graded", credits: [0, 0, 0, 50, 100], maximum: 100, part: { kind: "map-response", variable: "RESPONSE", mapping: { "a true": 1, "b false": 1, "c true": 1, "d false": 1 }, default: 0, maximum: 4 } } },
    right: { RESPONSE: ["a true", "b false", "c true", "d false"] }, wrong: { RESPONSE: ["a false", "b true", "c true", "d false"] }, partial: { RESPONSE: ["a true", "b false", "c true", "d true"] },
  },
  categorise: {
    html: form("sorten", "categorise", `<div class="categories">${["luft", "akte"].map((source) => pair(source, `Eintrag ${source}`, [["offen", "offene Daten"], ["geheim", "geschützte Daten"]])).join("")}</div>`),
    data: { ...base, id: "sorten", type: "categorise", points: 2, interaction: "matching", variables: [{ id: "RESPONSE", cardinality: "multiple", base: "pair", values: ["luft", "akte"], targets: ["offen", "geheim"] }],
      correct: { RESPONSE: ["luft offen", "akte geheim"] }, rule: { kind: "map-response", variable: "RESPONSE", mapping: { "luft offen": 1, "akte geheim": 1 }, default: 0, maximum: 2 } },
    right: { RESPONSE: ["luft offen", "akte geheim"] }, wrong: { RESPONSE: ["luft geheim", "akte offen"] }, partial: { RESPONSE: ["luft offen"] },
  },
  "hot-text": {
    html: form("stellen", "hot-text", `<div class="hot-text"><p>${passage("name", "Frau Muster")} wohnt in ${passage("ort", "einer Stadt")} und zahlt ${passage("betrag", "ihre Steuer")}.</p></div>`),
    data: { ...base, id: "stellen", type: "hot-text", points: 2, variables: identifier("multiple", ["name", "ort", "betrag"]), correct: { RESPONSE: ["name", "betrag"] },
      rule: { kind: "map-response", variable: "RESPONSE", mapping: { name: 1, ort: -2, betrag: 1 }, default: 0, maximum: 2 } },
    right: { RESPONSE: ["name", "betrag"] }, wrong: { RESPONSE: ["ort"] }, partial: { RESPONSE: ["name"] },
  },
  "hot-spot": {
    html: form("bild", "hot-spot", `<div class="hot-spot"><figure><span class="spot-image"><img src="plan.svg" alt="Ein Plan"><svg class="spots" viewBox="0 0 10 10" aria-hidden="true">${["oben", "unten"].map((spot) => `<g class="spot" data-spot="${spot}"><rect x="0" y="0" width="4" height="4"></rect></g>`).join("")}</svg></span></figure></div>
      <div class="exercise-options">${check("checkbox", "RESPONSE", "oben", "A – oben links")}${check("checkbox", "RESPONSE", "unten", "B – unten")}</div>`),
    data: { ...base, id: "bild", type: "hot-spot", variables: identifier("multiple", ["oben", "unten"]), correct: { RESPONSE: ["oben"] },
      rule: { kind: "map-response", variable: "RESPONSE", mapping: { oben: 1, unten: -1 }, default: 0, maximum: 1 } },
    right: { RESPONSE: ["oben"] }, wrong: { RESPONSE: ["unten"] },
  },
  "decision-path": {
    html: form("fall", "decision-path", `<div class="path">${Object.entries(CASE).map(([step, options], index) => `<fieldset class="path-step" data-step="${step}"><legend class="path-number">Schritt ${index + 1}</legend><p>Lage ${step}</p>${Object.entries(options).map(([option, [, next]]) => `<div class="kern-form-check" data-value="${option}" data-next="${next}"><input id="${step}-${option}" type="radio" name="${step}" value="${option}"><label for="${step}-${option}">${option} <span class="path-next">(weiter)</span></label></div>`).join("")}</fieldset>`).join("")}</div>`),
    data: { ...base, id: "fall", type: "decision-path", points: 4, interaction: "fill-in", correct: { lage: ["fragen"], antwort: ["auswerten"] },
      variables: Object.entries(CASE).map(([id, options]) => ({ id, cardinality: "single", base: "identifier", values: Object.keys(options) })),
      rule: { kind: "path", start: "lage", steps: CASE, maximum: 4 } },
    right: { lage: ["fragen"], antwort: ["auswerten"] }, wrong: { lage: ["kaufen"], murren: ["schweigen"] }, partial: { lage: ["warten"] },
  },
  budget: {
    html: form("topf", "budget", `<div class="budget" data-total="100000.5" data-unit="Euro"><p>Zu verteilen: 100.000,5 Euro</p>${["technik", "schulung"].map((id) => `<label for="b-${id}">Für ${id}</label><input id="b-${id}" type="text" name="${id}">`).join("")}</div>`),
    data: { ...base, id: "topf", type: "budget", points: 2, interaction: "fill-in", correct: { technik: ["40000"], schulung: ["50000"] },
      variables: ["technik", "schulung"].map((id) => ({ id, cardinality: "single", base: "float", values: [] })),
      rule: { kind: "split", total: "100000.5", maximum: 200, parts: [["technik", "20000", "40000"], ["schulung", "25000", "60000.5"]].map(([variable, low, high]) => ({ kind: "in-range", variable, ranges: [[low, high, 100]], maximum: 100 })) } },
    right: { technik: ["40.000"], schulung: ["60.000,5"] }, wrong: { technik: ["1"], schulung: ["2"] }, partial: { technik: ["40000"], schulung: ["1"] },
  },
  "extended-text": {
    html: form("blatt", "extended-text", `<label for="t">Ihr Text</label><textarea id="t" name="RESPONSE"></textarea>`,
      `<button type="button" data-action="save-file" hidden>Sichern</button><button type="button" data-action="load-file" hidden>Laden</button>`),
    data: { ...base, id: "blatt", type: "extended-text", points: 6, interaction: null, rule: { kind: "manual", maximum: 6 }, correct: {}, feedback: {},
      variables: [{ id: "RESPONSE", cardinality: "single", base: "string", values: [] }] },
  },
};
