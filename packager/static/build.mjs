/**
 * Bundles the run-time into classic scripts, because module scripts do not load from file://: staffel.js, and
 * staffel-cmi5.js with the other way to an LMS.
 *
 * `node packager/static/build.mjs [FOLDER]` writes them into FOLDER (default: packager/static/dist, not committed).
 */

import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
/** Bytes of each script; a whole page stays below 300 kB (tests/packager/test_web.py). */
const LIMITS = { staffel: 52 * 1024, "staffel-cmi5": 55 * 1024 };

const result = await build({
  entryPoints: { staffel: join(here, "runtime/main.js"), "staffel-cmi5": join(here, "runtime/main-cmi5.js") },
  outdir: process.argv[2] ?? join(here, "dist"),
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
  const limit = LIMITS[basename(file, ".js")];
  if (bytes > limit) throw new Error(`${file} is larger than ${limit} bytes`);
}
