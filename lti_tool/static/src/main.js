/** What pages of the tool do with script; every one of them works without. */

import { close, submit } from "./closing.js";
import { reading } from "./reading.js";
import { get, put } from "./storage.js";
import { work } from "./work.js";

put();
get();
submit();
close();
work();
reading();
