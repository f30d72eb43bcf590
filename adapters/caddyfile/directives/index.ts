// The standard directives of sites, each in the file of its name.

import type { Directive } from "../line.js";
import { abort } from "./abort.js";

/** All standard directives. */
export const directives: readonly Directive[] = [abort];
