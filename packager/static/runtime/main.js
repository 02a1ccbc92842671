/**
 * Entry of `staffel.js`, the run-time of SCORM 1.2, SCORM 2004, web and IMS content packages.
 */

import { connectSoon } from "./soon.js";
import { begin } from "./start.js";

begin((module) => connectSoon(module, window, () => localStorage));
