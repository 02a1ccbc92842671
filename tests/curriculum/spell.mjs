// Prints the words from standard input (one a line) that the German dictionary does not know. Hunspell itself, as WASM.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { loadModule } = require("hunspell-asm");
const folder = require.resolve("dictionary-de/index.aff").replace(/index\.aff$/, "");
const hunspell = await loadModule();
const speller = hunspell.create(
  hunspell.mountBuffer(readFileSync(`${folder}index.aff`), "de.aff"),
  hunspell.mountBuffer(readFileSync(`${folder}index.dic`), "de.dic"),
);
for (const word of readFileSync(0, "utf8").split("\n")) if (word && !speller.spell(word)) console.log(word);
