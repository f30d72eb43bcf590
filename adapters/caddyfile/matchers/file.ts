// file [<files...>] {
//     root       <path>
//     try_files  <files...>
//     try_policy first_exist|first_exist_fallback|smallest_size|largest_size|most_recently_modified
//     split_path <delimiters...>
// }

import type { Json } from "../../../src/document/index.js";
import { append } from "../append.js";
import { defineMatcher } from "../define.js";
import { adding, type FieldTable, readFields, text, texts } from "../fields.js";
import { omitEmpty } from "../json.js";

/** Matches when one of the files exists, and remembers which. */
export const file = defineMatcher("file", (lines) => {
  const fields: Record<string, Json> = {};
  const files: Json[] = [];
  for (const line of lines) {
    append(files, line.remainingTexts());
    const { try_files = [], ...rest } = readFields(
      line,
      OPTIONS,
      (name) => `unrecognized subdirective: ${name}`,
    );
    append(files, try_files as readonly Json[]);
    Object.assign(fields, rest);
  }
  return omitEmpty({ ...fields, try_files: files });
});

const OPTIONS: FieldTable = {
  root: text("root"),
  try_files: adding("try_files", (line) => line.expectRemaining().map((token) => token.text)),
  try_policy: text("try_policy"),
  split_path: texts("split_path"),
};
