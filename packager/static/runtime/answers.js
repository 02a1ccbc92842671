/**
 * Between a Response (identifiers) and what is saved of it (positions in `values` and `targets`, which never change).
 */

/** @typedef {import("./types.js").Code} Code */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("../../../content/widgets/static/types.js").ExerciseData} ExerciseData */
/** @typedef {import("../../../content/widgets/static/types.js").Variable} Variable */
/** @typedef {import("../../../content/widgets/static/types.js").Response} Response */
/** @typedef {import("../../../content/widgets/static/types.js").Saved} Saved */

/**
 * @param {ExerciseData} data
 * @param {Response} response
 * @returns {Code[]}
 */
export function toCodes(data, response) {
  // Extended text is never saved in an LMS: it belongs to the learner's file.
  if (data.type === "extended-text") return [];
  return data.variables.map((variable) => toCode(variable, response[variable.id] ?? []));
}

/**
 * @param {Variable} variable
 * @param {string[]} given
 * @returns {Code}
 */
function toCode(variable, given) {
  const values = variable.values ?? [];
  if (variable.base === "pair") {
    const targets = variable.targets ?? [];
    const pairs = given.map((pair) => pair.split(" ")).map(([a = "", b = ""]) => [values.indexOf(a), targets.indexOf(b)]);
    return { kind: "pair", list: pairs.filter((pair) => !pair.includes(-1)).flat() };
  }
  if (variable.base === "identifier") {
    return { kind: "index", list: given.map((value) => values.indexOf(value)).filter((index) => index >= 0) };
  }
  return { kind: "text", list: [...given] };
}

/**
 * Positions and variables that this edition does not know stay out.
 * @param {ExerciseData} data
 * @param {Code[]} codes
 * @returns {Response}
 */
export function toResponse(data, codes) {
  return Object.fromEntries(data.variables.map((variable, index) => [variable.id, variable.retired ? [] : toValues(variable, codes[index])]));
}

/**
 * @param {Variable} variable
 * @param {Code | undefined} code
 * @returns {string[]}
 */
function toValues(variable, code) {
  const values = variable.values ?? [];
  if (code?.kind === "index" && variable.base === "identifier") {
    return code.list.map((index) => values[index]).filter((value) => value !== undefined);
  }
  if (code?.kind === "pair" && variable.base === "pair") return toPairs(values, variable.targets ?? [], code.list);
  const typed = variable.base === "string" || variable.base === "float";
  return code?.kind === "text" && typed ? [...code.list] : [];
}

/**
 * @param {string[]} sources
 * @param {string[]} targets
 * @param {number[]} list
 */
function toPairs(sources, targets, list) {
  return list.flatMap((code, place) => {
    const source = sources[code];
    const target = targets[list[place + 1] ?? -1];
    return place % 2 === 0 && source !== undefined && target !== undefined ? [`${source} ${target}`] : [];
  });
}

/**
 * @param {ExerciseData} data
 * @param {Saved} saved
 * @returns {Answer}
 */
export function toAnswer(data, saved) {
  const { tries, checked, solution, best } = saved;
  return { tries, checked, solution, best, codes: toCodes(data, saved.response) };
}

/**
 * @param {ExerciseData} data
 * @param {Answer} answer
 * @returns {Saved}
 */
export function toSaved(data, answer) {
  const { tries, solution, best } = answer;
  // Without its text a checked answer cannot be shown as such: it is open again, its best result stays.
  const checked = answer.checked && !answer.codes.some((code) => code.kind === "lost");
  return { tries, solution, best, checked, response: toResponse(data, answer.codes) };
}
