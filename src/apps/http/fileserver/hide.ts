// Files that the server pretends are not there. Rules are about places on disk, not about request
// paths, as in Caddy: a name hides whatever bears it at any depth, a path hides itself and all below.

import { resolve, sep } from "node:path";
import type { Exchange } from "../exchange.js";
import { compileTemplate, type Globals } from "../placeholders.js";
import { compileGlob, type Glob } from "./glob.js";

/** Says whether an absolute path is hidden from this request. */
export type Hidden = (file: string, exchange: Exchange) => boolean;

type Rule = (file: string) => boolean;

/** Compile the `hide` list. Entries without placeholders are compiled once and for all. */
export function compileHidden(entries: readonly string[], globals: Globals): Hidden {
  const fixed: Rule[] = [];
  const filled: Hidden[] = [];
  for (const entry of entries) {
    const template = compileTemplate(entry, globals, "empty");
    if (template.constant !== undefined) fixed.push(compileRule(template.constant));
    else filled.push((file, exchange) => compileRule(template.fill(exchange))(file));
  }
  return (file, exchange) =>
    fixed.some((hides) => hides(file)) || filled.some((hides) => hides(file, exchange));
}

/** One entry; an empty one (an unset placeholder) hides nothing. */
export function compileRule(entry: string): Rule {
  if (entry === "") return () => false;
  return entry.includes(sep) ? byPath(resolve(entry)) : byName(entry);
}

function byName(name: string): Rule {
  const glob = globOrText(name);
  return (file) => file.split(sep).some(glob);
}

function byPath(path: string): Rule {
  const below = path.endsWith(sep) ? path : path + sep;
  const glob = globOrText(path);
  return (file) => file === path || file.startsWith(below) || glob(file);
}

/** What is no well-formed pattern is the name of a file. */
function globOrText(pattern: string): Glob {
  return (/[*?[\\]/.test(pattern) && compileGlob(pattern)) || ((text) => text === pattern);
}
