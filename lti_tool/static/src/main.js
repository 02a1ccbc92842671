/** What pages of the tool do with script; every one of them works without. */

import { close, submit } from "./closing.js";
import { get, put } from "./storage.js";

put();
get();
submit();
close();
