// path <paths...>

import { defineMatcher } from "../define.js";
import { listOf } from "./plain.js";

/** Matches the path of a request; `*` stands for any number of characters. */
export const path = defineMatcher("path", listOf);
