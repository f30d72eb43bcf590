// The request matchers, each in the file of its name.

import type { Matcher } from "../line.js";

/** All standard matchers. */
export const matchers: readonly Matcher[] = [];
