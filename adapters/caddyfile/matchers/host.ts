// host <hosts...>

import { defineMatcher } from "../define.js";
import { listOf } from "./plain.js";

/** Matches the host that a request asks for; `*` stands for one label of the name. */
export const host = defineMatcher("host", listOf);
