// KERN UX (EUPL-1.2) cut down to the rules that our pages can use; writes kern.css and its licence.
//
// Usage: node packager/setup/kern.mjs FOLDER
// A rule stays when every class name in its selector occurs in our templates, scripts or Python modules; a custom
// property stays when such a rule or our own style sheets use it. The font faces of the package are replaced by the
// four cuts that packager/setup/fonts.py writes into FOLDER/fonts.

import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { transform } from "esbuild";
import { PurgeCSS } from "purgecss";

const PACKAGE = "node_modules/@kern-ux/native";
const STYLES = ["kern.css", "kern-grid.css"];
const USERS = [
  "content/*.py",
  "content/exercises/**/*.py",
  "content/widgets/**/*.{html,js}",
  "packager/*.py",
  "packager/formats/**/*.py",
  "packager/templates/**/*.html",
  "packager/static/**/*.js",
  "lti_tool/**/*.{html,py,js}",
  "!**/vendor/**",
  "!**/dist/**",
];
const OWN_STYLES = ["content", "packager", "lti_tool"];
const END_OF_KERN = "/*! end of KERN */";
// Selectors of elements always stay: the elements of a page come out of Markdown and stand in no template.
const ELEMENTS = /^[a-z][a-z0-9]*$/;
// An explicit choice of light or dark stays possible; unused colours go all the same.
const THEMES = [/^data-kern-theme$/];
// The start of the rule that gives the page its contextual colours.
const CONTEXT = ":is(body, .kern-light, .kern-dark,";
const FACES = [
  ["fira-sans-400.woff2", 400, "normal"],
  ["fira-sans-400-italic.woff2", 400, "italic"],
  ["fira-sans-500.woff2", 500, "normal"],
  ["fira-sans-600.woff2", 600, "normal"],
];
const NOTICE =
  "/*! Auszug aus KERN UX, @kern-ux/native VERSION, EUPL-1.2 (kern.LICENSE.md); Fira Sans: OFL-1.1 (fonts/OFL.txt) */\n";

/** @param {string} css */
function withoutFontFaces(css) {
  return css.replace(/@font-face\s*\{[^}]*\}/g, "");
}

function fontFaces() {
  return FACES.map(
    ([file, weight, style]) =>
      `@font-face{font-family:"Fira Sans";src:url(fonts/${file}) format("woff2");` +
      `font-weight:${weight};font-style:${style};font-display:swap}`,
  ).join("\n");
}

/**
 * PurgeCSS does not see that the rule with the contextual colours matches the body. It is told to keep the rule, and
 * a plain copy behind the end of KERN makes the colours count that the rule takes up.
 * @param {string} css
 */
function withContext(css) {
  const start = css.indexOf(CONTEXT);
  if (start < 0) throw new Error(`KERN has changed: no rule starts with ${CONTEXT}`);
  const block = css.slice(css.indexOf("{", start), css.indexOf("}", start) + 1);
  return `${css.slice(0, start)}/* purgecss ignore */\n${css.slice(start)}${END_OF_KERN}\nbody ${block}\n`;
}

/** Our own style sheets, appended while purging so that the custom properties that they use count as used. */
async function ownStyles() {
  const found = await Promise.all(OWN_STYLES.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })));
  const files = found
    .flat()
    .filter((entry) => entry.isFile() && entry.name.endsWith(".css"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/](vendor|dist)[\\/]/.test(path))
    .sort();
  return (await Promise.all(files.map((path) => readFile(path, "utf-8")))).join("\n");
}

/** @param {string} folder */
async function stage(folder) {
  await mkdir(folder, { recursive: true });
  const sources = await Promise.all(STYLES.map((name) => readFile(join(PACKAGE, "dist", name), "utf-8")));
  const original = sources.join("\n").replaceAll('@charset "UTF-8";', "");
  const [purged] = await new PurgeCSS().purge({
    content: USERS,
    css: [{ raw: withContext(withoutFontFaces(original)) + (await ownStyles()) }],
    safelist: { standard: [ELEMENTS], greedy: THEMES },
    variables: true,
    keyframes: true,
  });
  const [kern] = purged.css.split(END_OF_KERN);
  const { code } = await transform(fontFaces() + kern, { loader: "css", minify: true, charset: "utf8" });
  const { version } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf-8"));
  await copyFile(join(PACKAGE, "LICENSE.md"), join(folder, "kern.LICENSE.md"));
  await writeFile(join(folder, "kern.css"), NOTICE.replace("VERSION", version) + code);
  console.log(`  kern.css: ${Math.round(code.length / 1000)} kB von ${Math.round(original.length / 1000)} kB`);
}

await stage(process.argv[2]);
