// not <matcher>
// not {
//     <matchers...>
// }

import { defineMatcher } from "../define.js";
import { readNestedSet } from "./matcher-set.js";

/** Matches when its matchers do not. Each line is a set of its own, of which none may match. */
export const not = defineMatcher("not", (lines) => lines.map(readNestedSet));
