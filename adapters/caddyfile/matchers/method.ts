// method <verbs...>

import { defineMatcher } from "../define.js";
import { listOf } from "./plain.js";

/** Matches the method of a request. */
export const method = defineMatcher("method", listOf);
