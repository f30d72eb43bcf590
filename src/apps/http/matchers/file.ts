// The `file` matcher: by what is on disk. It answers at once, as matchers do, so the disk is asked on
// the event loop; why that is the quicker way is told in `fileserver/now.ts`.

import { type Static, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { asHttpError } from "../fileserver/faults.js";
import { compileRoot } from "../fileserver/locate.js";
import { defineMatcher } from "../module.js";
import { type Compiling, compileChoice, POLICIES, type Policy } from "./file-choice.js";
import { type Candidate, compileSplit } from "./file-entry.js";

/** Field names and defaults are Caddy's. */
export const FileConfig = Type.Object(
  {
    root: Type.Optional(
      Type.String({
        description:
          "The directory that files are looked for in; may hold placeholders. Default: " +
          "{http.vars.root}, or else the current directory.",
      }),
    ),
    try_files: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "Names below the root; one that ends in a slash is that of a directory. They may hold " +
          "placeholders and globs such as *.html. `=404` fails the request with that status. " +
          "Default: the path of the request.",
      }),
    ),
    try_policy: Type.Optional(
      Type.Unsafe<Policy>({
        type: "string",
        enum: [...POLICIES],
        description:
          "Which of the files to choose. Default: first_exist. With first_exist_fallback the last " +
          "may be a file or a directory, however it is written.",
      }),
    ),
    split_path: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "Endings such as .php, after which the name of a file is over; what follows is the " +
          "remainder.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** What a `file` matcher is made from. */
export type FileConfig = Static<typeof FileConfig>;

/** Matches what is on disk. */
export const file = defineMatcher({
  name: "file",
  stateless: true,
  summary: "Matches by whether files exist, and tells which one does.",
  schema: FileConfig,
  // Only statuses and patterns can be wrong.
  glance: ({ try_files = [] }) =>
    try_files.some((text) => /^=|[[\\]/.test(text)) ? undefined : {},
  provision: (config, context) => ({ match: compileFileMatch(config, context) }),
});

/**
 * Compile a config to the test itself, for whoever asks it outside of a matcher set. A test that is
 * true leaves `{http.matchers.file.*}` with the exchange; one may throw an `HttpError`. Placeholders
 * belong into the texts of the config: values put there would be read as patterns.
 */
export function compileFileMatch(
  { root = "", try_files = [], try_policy = "", split_path = [] }: FileConfig,
  context: Compiling,
): (exchange: Exchange) => boolean {
  const texts = try_files.length > 0 ? try_files : ["{http.request.uri.path}"];
  const rootOf = compileRoot(root === "" ? "{http.vars.root}" : root, context);
  const choose = compileChoice(texts, try_policy, compileSplit(split_path), context);
  return (exchange) => {
    try {
      const chosen = choose(exchange, rootOf(exchange));
      if (chosen === undefined) return false;
      tell(exchange, chosen);
      return true;
    } catch (error) {
      throw asHttpError(error, exchange.response);
    }
  };
}

/** Let placeholders tell of what was found. */
function tell(exchange: Exchange, { path, relative, isDirectory, remainder }: Candidate): void {
  exchange.provide((name, before) => {
    switch (name) {
      case "http.matchers.file.relative":
        return relative;
      case "http.matchers.file.absolute":
        return isDirectory ? `${path}/` : path;
      case "http.matchers.file.type":
        return isDirectory ? "directory" : "file";
      case "http.matchers.file.remainder":
        return remainder;
      default:
        return before(name);
    }
  });
}
