/**
 * Bundles the tool's scripts: `node lti_tool/static/build.mjs [FOLDER]` writes FOLDER/tool.js (default:
 * lti_tool/static/dist, not committed).
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const LIMIT = 24 * 1024;

const result = await build({
  entryPoints: [join(here, "src/main.js")],
  outfile: join(process.argv[2] ?? join(here, "dist"), "tool.js"),
  bundle: true,
  format: "iife",
  target: ["chrome100", "firefox100", "safari15"],
  charset: "utf8",
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
  console.log(`${file}: ${bytes} bytes`);
  if (bytes > LIMIT) throw new Error(`${file} is larger than ${LIMIT} bytes`);
}
