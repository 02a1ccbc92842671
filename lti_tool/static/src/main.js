/** What pages of the tool do with script; every one of them works without. */

import { again, remember } from "./again.js";
import { close, submit } from "./closing.js";
import { picker } from "./picker.js";
import { reading } from "./reading.js";
import { get, put } from "./storage.js";
import { work } from "./work.js";

again();
remember();
put();
get();
submit();
close();
work();
picker();
reading();
