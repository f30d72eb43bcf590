// YAML 1.2 as a config format: comments, anchors and merge keys for people, the same document for the
// server. Only what JSON can hold is carried; anything else is a warning or an error with its line.

import type { Adapted, Adapter, Place, Warning } from "../../src/document/index.js";

import { type Composed, compose, placeAt } from "./compose.js";
import { convert } from "./convert.js";
import { placeOfPath } from "./places.js";

/** Turns YAML into a document. Dates and unknown scalars stay strings. */
export const yaml: Adapter = {
  name: "yaml",
  files: ["*.yaml", "*.yml"],
  adapt(text, { file }): Adapted {
    const composed = compose(text, file);
    const { value, targets } = convert(composed);
    return {
      document: value,
      warnings: tagWarnings(composed),
      placeOf: (path): Place => placeOfPath(composed, targets, path),
    };
  },
};

/** A tag that JSON has no kind for is said to be dropped; the value under it is kept as it reads. */
function tagWarnings(composed: Composed): Warning[] {
  return composed.document.warnings.map((warning): Warning => {
    const { file, line } = placeAt(composed, warning.pos[0]);
    return {
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      message: warning.message.replace(/^Unresolved tag: (.*)$/, unknownTag),
    };
  });
}

function unknownTag(_: string, tag: string): string {
  return `the tag ${tag} means nothing in JSON; its value is kept as plain YAML reads it`;
}
