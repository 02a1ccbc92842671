// Prints the words from standard input (one a line) that the German dictionary does not know. Hunspell itself, as WASM.
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { loadModule } = require("hunspell-asm");
const dictionary = (name) => readFileSync(new URL(`../../node_modules/dictionary-de/index.${name}`, import.meta.url));
const hunspell = await loadModule();
const speller = hunspell.create(
  hunspell.mountBuffer(dictionary("aff"), "de.aff"),
  hunspell.mountBuffer(dictionary("dic"), "de.dic"),
);
const unknown = readFileSync(0, "utf8").split("\n").filter((word) => word && !speller.spell(word));
if (unknown.length) writeSync(1, unknown.join("\n"));
// The WASM module keeps Node alive at times.
process.exit(0);
