// The global options, each in the file of its name.

import type { GlobalOption } from "../line.js";

/** All standard global options. */
export const options: readonly GlobalOption[] = [];
