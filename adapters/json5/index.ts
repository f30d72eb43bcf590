// JSON5 as a config format: JSON with comments, trailing commas and unquoted keys.

import JSON5 from "json5";
import {
  type Adapted,
  type Adapter,
  freeze,
  type Json,
  MAX_BYTES,
  ParseError,
  type Path,
  type Place,
} from "../../src/document/index.js";
import { findNotFinite } from "./finite.js";
import { createPlaces } from "./places.js";

/** Turns JSON5 into a document. */
export const json5: Adapter = {
  name: "json5",
  files: ["*.json5", "*.jsonc"],
  adapt(text, { file }): Adapted {
    const value = parse(text, file);
    const places = createPlaces(text);
    const placeOf = (path: Path): Place => ({ ...named(file), ...places(path) });

    const odd = findNotFinite(value);
    if (odd !== undefined) {
      throw new ParseError("Infinity and NaN are not numbers that JSON can hold", placeOf(odd));
    }
    return { document: frozen(value, file), warnings: [], placeOf };
  },
};

function parse(text: string, file: string | undefined): Json {
  if (text.length > MAX_BYTES) {
    throw new ParseError(`is larger than ${MAX_BYTES} bytes`, named(file));
  }
  try {
    return JSON5.parse<Json>(text);
  } catch (cause) {
    throw syntaxError(cause, file);
  }
}

function frozen(value: Json, file: string | undefined): Json {
  try {
    return freeze(value);
  } catch (cause) {
    if (cause instanceof ParseError) throw new ParseError(cause.reason, named(file));
    throw cause;
  }
}

/** The package's errors carry their place, and say it again in the message. */
function syntaxError(cause: unknown, file: string | undefined): ParseError {
  const { message, lineNumber, columnNumber } = cause as Partial<Json5Error>;
  const reason = (message ?? String(cause)).replace(/^JSON5: /, "").replace(/ at \d+:\d+$/, "");
  return new ParseError(reason, {
    ...named(file),
    ...(lineNumber === undefined ? {} : { line: lineNumber }),
    ...(columnNumber === undefined ? {} : { column: Math.max(columnNumber, 1) }),
  });
}

interface Json5Error extends Error {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

function named(file: string | undefined): Place {
  return file === undefined ? {} : { file };
}
