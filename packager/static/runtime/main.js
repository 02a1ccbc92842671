/**
 * Entry of `staffel.js`, the run-time of SCORM 1.2, SCORM 2004, web and IMS content packages.
 */

import { connect } from "./connect.js";
import { begin } from "./start.js";

begin((module) => connect(module, window, () => localStorage));
