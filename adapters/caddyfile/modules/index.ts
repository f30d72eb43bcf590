// What the modules of other namespaces have in a Caddyfile, by namespace.

import type { ModuleSyntax } from "../line.js";

/** The syntax of all standard modules. */
export const modules: readonly ModuleSyntax[] = [];
