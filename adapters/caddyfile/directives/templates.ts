// templates [<matcher>] {
//     mime <type...>
//     between <open> <close>
//     root <path>
//     extensions {
//         <extension> …
//     }
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import { objectOf, omitEmpty } from "../json.js";
import type { Line } from "../line.js";

/** Runs responses as templates. */
export const templates = defineDirective("templates", (line) => {
  const match = line.matcher();
  line.ignoreArguments();
  let fields: JsonObject = {};
  for (const inner of line.block()) {
    const read = SUBDIRECTIVES.get(inner.directive) ?? ignore;
    fields = { ...fields, ...read(inner, fields) };
    inner.expectEnd();
  }
  return { match, handle: omitEmpty({ handler: "templates", ...fields }) };
});

type Read = (line: Line, before: JsonObject) => JsonObject;

const SUBDIRECTIVES: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["mime", (line) => ({ mime_types: line.expectRemaining("a MIME type").map(({ text }) => text) })],
  ["between", readDelimiters],
  ["root", readRoot],
  ["extensions", readExtensions],
]);

function readDelimiters(line: Line): JsonObject {
  const open = line.expectArgument("what opens an action").text;
  return { delimiters: [open, line.expectArgument("what closes an action").text] };
}

function readRoot(line: Line): JsonObject {
  const root = line.expectArgument("a path").text;
  line.ignoreArguments();
  return { file_root: root };
}

/** Functions that other modules bring. In the document they are called `match`. */
function readExtensions(line: Line, before: JsonObject): JsonObject {
  line.expectEndOfLine();
  if (before.match !== undefined) line.name.fail("extensions already specified");
  const extensions = line
    .block()
    .map((inner) => inner.asModule("http.handlers.templates.functions"));
  if (extensions.length === 0) return {};
  return { match: objectOf(extensions.map(({ name, config }) => [name, config])) };
}

/** Caddy passes over what it does not know here. */
function ignore(line: Line): JsonObject {
  line.warn(`'${line.directive}' is ignored`);
  line.ignoreArguments();
  line.block();
  return {};
}
