// Which names there are. A name is looked up once, when its text is compiled.

import { answerMeaning } from "./answer.js";
import { fileMeaning } from "./file.js";
import type { Globals, Meaning } from "./read.js";
import { requestMeaning } from "./request.js";
import { worldMeaning } from "./world.js";

/**
 * Names that matchers and handlers may set at a request, such as `http.regexp.id.1`. Narrow enough
 * that JSON, style sheets and the `{2,}` of a pattern are constant text.
 */
const SETTABLE = /^[\p{L}_][^\s{}"'\\]*$/u;

/** What a name means. */
export function meaningOf(name: string, globals: Globals): Meaning {
  return (
    ownMeaning(name, globals) ??
    (SETTABLE.test(name) ? (exchange) => exchange.placeholder(name) : undefined)
  );
}

/** Where a text gets the value of a name from: what it means itself, or whoever sets it. */
export function readerOf(name: string, globals: Globals): "itself" | "whoever sets it" | "nobody" {
  if (ownMeaning(name, globals) !== undefined) return "itself";
  return SETTABLE.test(name) ? "whoever sets it" : "nobody";
}

/** What a name means although nobody sets it. */
function ownMeaning(name: string, globals: Globals): Meaning {
  return (
    requestMeaning(name) ?? answerMeaning(name) ?? worldMeaning(name, globals) ?? fileMeaning(name)
  );
}
