/**
 * Bundles the run-time into one classic script, because module scripts do not load from file://.
 *
 * `node packager/static/build.mjs [FOLDER]` writes FOLDER/staffel.js (default: packager/static/dist, not committed).
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const LIMIT = 45 * 1024;

const result = await build({
  entryPoints: [join(here, "runtime/main.js")],
  outfile: join(process.argv[2] ?? join(here, "dist"), "staffel.js"),
  bundle: true,
  format: "iife",
  target: ["chrome100", "firefox100", "safari15"],
  charset: "ascii", // an LMS may serve scripts without a character set
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
  console.log(`${file}: ${bytes} bytes`);
  if (bytes > LIMIT) throw new Error(`${file} is larger than ${LIMIT} bytes`);
}
