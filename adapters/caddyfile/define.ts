// Defining the words of Caddyfiles. A word is a value: the tables list them, and a third party adds
// its own through the adapter's factory.

import type { Directive, GlobalOption, Matcher, ModuleSyntax, Position } from "./line.js";

/** Define a directive. `read` takes everything of the line, and refuses what it does not know. */
export function defineDirective(
  name: string,
  read: Directive["read"],
  position?: Position,
): Directive {
  return position === undefined ? { name, read } : { name, read, position };
}

/** Define a global option. */
export function defineOption(name: string, read: GlobalOption["read"]): GlobalOption {
  return { name, read };
}

/** Define a request matcher. */
export function defineMatcher(name: string, read: Matcher["read"]): Matcher {
  return { name, read };
}

/** Define the syntax of a module. */
export function defineModule(id: string, read: ModuleSyntax["read"]): ModuleSyntax {
  return { id, read };
}
