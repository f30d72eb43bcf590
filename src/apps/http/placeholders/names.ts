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
    requestMeaning(name) ??
    answerMeaning(name) ??
    worldMeaning(name, globals) ??
    fileMeaning(name) ??
    (SETTABLE.test(name) ? (exchange) => exchange.placeholder(name) : undefined)
  );
}
