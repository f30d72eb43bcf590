// The formats a config can be written in. JSON is one of them here, as a file's errors should come
// with their line whatever the format.

import { basename } from "node:path";
import { caddyfile } from "../../adapters/caddyfile/index.js";
import { json5 } from "../../adapters/json5/index.js";
import { yaml } from "../../adapters/yaml/index.js";
import {
  type Adapted,
  type Adapter,
  describeUnknown,
  ParseError,
  parseJson,
} from "../document/index.js";
import { CommandError } from "./failure.js";

/** The adapters that `/load` and `/adapt` take besides JSON. */
export const adapters: readonly Adapter[] = [json5, yaml, caddyfile];

const json: Adapter = {
  name: "json",
  files: ["*.json"],
  adapt(text, options): Adapted {
    // All JSON is JSON5, whose adapter knows where in a text things stand.
    let places: Adapted["placeOf"];
    const placeOf: Adapted["placeOf"] = (path) => {
      places ??= json5.adapt(text, options).placeOf;
      return places?.(path);
    };
    try {
      return { document: parseJson(text), warnings: [], placeOf };
    } catch (error) {
      if (!(error instanceof ParseError) || options.file === undefined) throw error;
      throw new ParseError(error.reason, { file: options.file, ...error.place });
    }
  },
};

/** The first that a file's name implies is it: `Caddyfile.json` is JSON. */
const formats: readonly Adapter[] = [json, ...adapters];

/** The format that `--adapter` names, or else the file's own name; JSON when neither says. */
export function formatOf(file: string, name: string | undefined): Adapter {
  if (name === undefined) return formats.find(({ files }) => impliedBy(file, files)) ?? json;
  const named = formats.find((format) => format.name === name);
  if (named !== undefined) return named;
  throw new CommandError(describeUnknown(name, formats));
}

/** Whether a name is one of a format's: `*.yaml`, `Caddyfile*`, or a whole base name. */
function impliedBy(file: string, patterns: readonly string[] = []): boolean {
  const name = basename(file).toLowerCase();
  return patterns.some((written) => {
    const pattern = written.toLowerCase();
    if (pattern.startsWith("*")) return name.endsWith(pattern.slice(1));
    return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  });
}
