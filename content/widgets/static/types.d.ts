/**
 * Shapes shared by widgets and run-time: what `content.exercises.data()` writes and what a learner's answer looks like.
 * Terms: QTI 2.1 (response variable, cardinality, base type, outcome).
 */

/** Response variable -> given values; a pair is "source target", a sequence holds the items in order. */
export type Response = Record<string, string[]>;

export interface Variable {
  id: string;
  cardinality: "single" | "multiple" | "ordered";
  base: "identifier" | "pair" | "string" | "float";
  /** No longer part of the exercise; keeps its place in saved states. */
  retired?: boolean;
  /** Identifiers in lock order (their index is what a saved state holds); for pairs the sources. */
  values?: string[];
  /** The right side of pairs, in lock order. */
  targets?: string[];
}

export type Rule =
  | { kind: "match-correct"; variable: string; correct: string[]; ordered?: boolean; maximum: number }
  | { kind: "map-response"; variable: string; mapping: Record<string, number>; default: number; maximum: number }
  | { kind: "map-position"; variable: string; correct: string[]; maximum: number }
  | { kind: "match-text"; variable: string; accepted: [string, number][]; case_sensitive: boolean; maximum: number }
  | { kind: "in-range"; variable: string; ranges: [string, string, number][]; maximum: number }
  | { kind: "sum"; parts: Rule[]; maximum: number }
  | { kind: "graded"; part: Rule; credits: number[]; maximum: number }
  /** Variable -> value -> credit and the variable that follows (empty: the path ends). */
  | { kind: "path"; start: string; steps: Record<string, Record<string, [credit: number, next: string]>>; maximum: number }
  | { kind: "split"; total: string; parts: Rule[]; maximum: number }
  | { kind: "manual"; maximum: number }
  | { kind: "unscored" };

/** `points` of `maximum`, both whole numbers, `maximum` > 0. */
export interface Outcome {
  points: number;
  maximum: number;
}

export interface Note {
  rule: Rule;
  negate: boolean;
  html: string;
}

export interface ExerciseData {
  id: string;
  number: number;
  type: string;
  title: string;
  points: number;
  /** SCORM interaction type; missing or null where nothing is reported. */
  interaction?: string | null;
  variables: Variable[];
  rule: Rule;
  correct: Response;
  feedback: { correct?: string; partial?: string; incorrect?: string };
  notes: Note[];
}

export type Messages = Record<string, string>;

/** `translate("progress", {page: 3})`: the message `js.progress` with its `{page}` filled in. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** What is remembered of one exercise. */
export interface Saved {
  response: Response;
  /** How often the answer was checked. */
  tries: number;
  /** The response shown is a checked one (else a draft). */
  checked: boolean;
  /** The solution was shown; later tries no longer improve `best`. */
  solution: boolean;
  best: Outcome | null;
}

export interface Checked {
  response: Response;
  outcome: Outcome | null;
  saved: Saved;
}

/** Where the text of a worksheet waits until it is saved as a file; `sessionStorage` and `localStorage` fit. */
export interface Drafts {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface WidgetContext {
  translate: Translate;
  language: string;
  /** practice: check, feedback, retry; test: answers only; result: locked, with marks. */
  mode: "practice" | "test" | "result";
  saved?: Saved | null;
  /** Seed for the order of options; the same seed gives the same order. */
  seed: number;
  drafts?: Drafts | null;
  draftKey?: string;
  onCheck?: (checked: Checked) => void;
  onDraft?: (saved: Saved) => void;
}
