/**
 * Shapes of the run-time: the module as the page describes it, the learner's state, and the seam to the LMS.
 */

import type { ExerciseData, Outcome } from "../../../content/widgets/static/types.js";

export type Format = "scorm12" | "scorm2004" | "cmi5" | "web" | "imscp";
export type Status = "incomplete" | "completed" | "passed" | "failed";

export interface PageEntry {
  id: string;
  /** Permanent, from 1; 0 for pages that belong to no unit (glossary, sources …): they are neither counted nor resumed. */
  number: number;
  title: string;
  unit: string;
  tracked: boolean;
  /** Address of the page's own document (web, imscp); missing where one document shows all pages. */
  href?: string;
}

export interface ExerciseEntry {
  id: string;
  number: number;
  points: number;
  type: string;
  page: string | null;
  scored: boolean;
}

export interface AssessmentEntry {
  id: string;
  number: number;
  title: string;
  page: string;
  pass_mark: number | null;
  /** 0: as often as one likes. */
  attempts: number;
  shuffle: boolean;
  feedback: "after-each" | "at-end" | "never";
  sections: { title?: string; draw?: number | null; exercises: string[] }[];
}

/** The JSON in `#staffel-module`. */
export interface Module {
  id: string;
  number: number;
  title: string;
  language: string;
  format: Format;
  curriculum: string;
  version: string;
  release: string;
  pages: PageEntry[];
  units: { id: string; title: string }[];
  exercises: ExerciseEntry[];
  assessments: AssessmentEntry[];
  completion: { pass_mark: number | null };
  /** Folder of the unit scripts, relative to the document; `pages/` if missing. */
  scripts?: string;
}

/** What a unit script hands to `staffel.unit()`. */
export interface UnitPayload {
  unit: string;
  pages?: Record<string, string>;
  exercises?: Record<string, ExerciseData>;
  /** An assessment's pool: the form of each exercise. */
  widgets?: Record<string, string>;
}

/** A response without its words: positions in `values` and `targets`, typed texts as they are. */
export type Code =
  | { kind: "index"; list: number[] }
  | { kind: "pair"; list: number[] }
  | { kind: "text"; list: string[] }
  /** A text that did not fit. */
  | { kind: "lost"; list: [] };

export interface Answer {
  tries: number;
  checked: boolean;
  solution: boolean;
  best: Outcome | null;
  /** One per variable, in the order of the exercise's `variables`. */
  codes: Code[];
}

export interface RunItem {
  checked: boolean;
  codes: Code[];
}

/** One attempt at an assessment: the current one, or the last one for looking back. */
export interface Run {
  seed: number;
  submitted: boolean;
  /** Index of the exercise that is shown. */
  position: number;
  /** Exercise number -> answer, in drawn order. */
  items: Map<number, RunItem>;
}

export interface Test {
  /** Scores of the submitted attempts in hundredths of a percent. */
  scores: number[];
  run: Run | null;
}

export interface State {
  seed: number;
  status: Status;
  /** Hundredths of a percent (0…10000); null as long as nothing was scored. */
  score: number | null;
  /** Number of the page where the learner is, 0 before the first. */
  place: number;
  /** How many interactions were reported. */
  journal: number;
  /** The learner knows that texts did not fit. */
  told: boolean;
  visited: Set<number>;
  /** Exercise number -> answer, the one answered longest ago first. */
  answers: Map<number, Answer>;
  /** Assessment number -> attempts. */
  tests: Map<number, Test>;
  /** What a later version of the codec added; kept as it is. */
  rest: string;
}

/** What the LMS is told; `state` is the encoded State. */
export interface Snapshot {
  state: string;
  status: Status;
  /** 0…100 or null. */
  score: number | null;
  /** Identifier of the current page. */
  location: string;
}

export interface Opened {
  /** Only in `normal` anything is written. */
  mode: "normal" | "review" | "browse";
  status: Status;
  state: string;
}

export interface Interaction {
  id: string;
  type: string;
  description: string;
  response: string[];
  pattern: string[];
  /** Full-credit range of a numeric exercise. */
  range: [string, string] | null;
  result: "correct" | "wrong" | "neutral";
  weighting: number;
  seconds: number;
  when: Date;
}

/** The seam between the run-time and SCORM 1.2, SCORM 2004, cmi5 or the browser's storage. */
export interface Adapter {
  /** How many characters of state may be stored. */
  limit: number;
  open(): Opened;
  /** What the LMS is sure to hold already; keeps a resumed session from writing it again. */
  assume(snapshot: Snapshot): void;
  /** Writes what changed and commits; false where the LMS refused. Seconds of this session, null to leave them. */
  save(snapshot: Snapshot, seconds: number | null): boolean;
  /** True where the interaction was taken; `journal` counts those before it. */
  record(interaction: Interaction, journal: number): boolean;
  /**
   * Saves (null: nothing, in review and browse mode) and ends the session; false where the LMS refused. Unless the page
   * is being left, a session whose saving was refused stays open.
   */
  close(snapshot: Snapshot | null, seconds: number, leaving?: boolean): boolean;
  /** The state as other documents of the same module left it; null where there are none. */
  refresh(): string | null;
  /** Where writing takes time: what to call when the LMS stops taking what it is sent (false), and when it goes on. */
  listen?(changed: (accepted: boolean) => void): void;
}

export interface Connected {
  adapter: Adapter;
  /** An LMS was expected and did not answer. */
  missing: boolean;
  /** What follows when the learner has finished. */
  leave?: () => void;
}

/** SCORM 1.2 Run-Time Environment 3.3; SCORM 2004 4th Edition RTE 3.1: the same eight functions under two sets of names. */
export interface ScormApi {
  initialize(): string;
  terminate(): string;
  get(element: string): string;
  set(element: string, value: string): string;
  commit(): string;
  error(): string;
}

/** What is particular to one edition of SCORM; element names are those of its data model. */
export interface Edition {
  /** Characters of `cmi.suspend_data`. */
  limit: number;
  mode: string;
  time(seconds: number): [element: string, value: string];
  exit(status: Status): [element: string, value: string];
  /** The status as the LMS knows it, and its own words for it. */
  status(get: (element: string) => string): { status: Status; known: [element: string, value: string][] };
  /** Place, score and status. */
  fields(snapshot: Snapshot): [element: string, value: string][];
  /** The element that says "browsed" after a preview, where silence would mean "completed". */
  preview?: string;
  /** Names below `cmi.interactions.n.`, in the order of writing. */
  interaction(interaction: Interaction): [element: string, value: string][];
}
