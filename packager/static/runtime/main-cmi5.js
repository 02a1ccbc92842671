/**
 * Entry of `staffel-cmi5.js`, the run-time of cmi5 packages.
 */

import { connectCmi5 } from "./cmi5.js";
import { begin } from "./start.js";

begin((module) => connectCmi5(module, {
  search: location.search, document, request: (url, options) => fetch(url, options),
  session: () => sessionStorage, storage: () => localStorage, go: (address) => location.assign(address),
}));
