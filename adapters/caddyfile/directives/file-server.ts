// file_server [<matcher>] [browse] {
//     fs                   <filesystem>
//     root                 <path>
//     hide                 <files...>
//     index                <files...>
//     browse               [<template_file>] {
//         reveal_symlinks
//         sort             <options...>
//         file_limit       <count>
//     }
//     precompressed        [<formats...>]
//     status               <status>
//     disable_canonical_uris
//     pass_thru
//     etag_file_extensions <extensions...>
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import { type FieldReader, type FieldTable, flag, readFields, text, texts } from "../fields.js";
import { objectOf, omitEmpty } from "../json.js";
import { Line } from "../line.js";
import { statusOf } from "./answer.js";
import { filesToHide } from "./hidden-files.js";

/** Serves files, but not the Caddyfile that says so. */
export const fileServer = defineDirective("file_server", (line) => {
  const match = line.matcher();
  const browse = readBrowseArgument(line);
  const hidden: string[] = [];
  const fields = line.hasBlock ? readBlock(line, hidden, browse !== undefined) : {};
  const hide = filesToHide(hidden, line.scope.files);
  const all = { handler: "file_server", ...(browse && { browse }), ...fields, hide };
  return { match, handle: omitEmpty(all, ["browse", "canonical_uris", "status_code"]) };
});

function readBlock(line: Line, hidden: string[], browses: boolean): JsonObject {
  const table = { ...FIELDS, hide: addTo(hidden), ...(browses && { browse: refuseBrowse }) };
  return readFields(line, table, unknown);
}

function readBrowseArgument(line: Line): JsonObject | undefined {
  const argument = line.argument();
  if (argument === undefined) return undefined;
  if (argument.text !== "browse") line.wrongCount("expected 'browse', or a block");
  return line.mark({}, argument);
}

/** Several lines add up. */
function addTo(list: string[]): FieldReader {
  return (line) => {
    for (const token of line.expectRemaining("files")) list.push(token.text);
    return {};
  };
}

function unknown(name: string): string {
  return `unknown subdirective '${name}'`;
}

function refuseBrowse(line: Line): never {
  return line.fail("browsing is already configured");
}

const FIELDS: FieldTable = {
  fs(line, before) {
    const field = text("fs")(line, before);
    return before.fs === undefined ? field : line.fail("file system already specified");
  },
  root: text("root"),
  index: texts("index_names"),
  browse(line, { browse }) {
    if (browse !== undefined) refuseBrowse(line);
    return { browse: line.mark(readBrowse(line)) };
  },
  precompressed: readPrecompressed,
  status(line) {
    const status = statusOf(line.expectArgument("a status").text);
    return status === undefined ? {} : { status_code: status };
  },
  disable_canonical_uris: flag("canonical_uris", false),
  pass_thru: flag("pass_thru"),
  etag_file_extensions: texts("etag_file_extensions"),
};

// browse [<template_file>] {
//     reveal_symlinks
//     sort <options...>
//     file_limit <count>
// }
function readBrowse(line: Line): JsonObject {
  const template = line.argument()?.text ?? "";
  const sort: string[] = [];
  const table = {
    reveal_symlinks: revealSymlinks,
    sort: readSort(sort),
    file_limit: readFileLimit,
  };
  const fields = readFields(line, table, unknown);
  return omitEmpty({ template_file: template, ...fields, sort });
}

const revealSymlinks: FieldReader = (line, before) => {
  if (before.reveal_symlinks === true) line.fail("Symlinks path reveal is already enabled");
  return { reveal_symlinks: true };
};

const SORT_OPTIONS: readonly string[] = ["name", "namedirfirst", "size", "time", "asc", "desc"];

/** Options add up. */
function readSort(list: string[]): FieldReader {
  return (line) => {
    for (const token of line.remaining()) {
      const { text: option } = token;
      if (!SORT_OPTIONS.includes(option)) {
        token.fail(`unknown sort option '${option}'`, `choose from ${SORT_OPTIONS.join(", ")}`);
      }
      list.push(option);
    }
    return {};
  };
}

const readFileLimit: FieldReader = (line, before) => {
  const [limit, ...more] = line.remaining();
  if (limit === undefined || more.length > 0 || !/^[+-]?\d+$/.test(limit.text)) {
    return line.fail("file_limit should have an integer value");
  }
  if (before.file_limit !== undefined) line.fail("file_limit is already enabled");
  return { file_limit: limit.toInteger() };
};

// precompressed [<formats...>]
function readPrecompressed(line: Line, { precompressed }: JsonObject): JsonObject {
  const named = line.remaining();
  const formats =
    named.length > 0 ? named : ["br", "zstd", "gzip"].map((format) => line.name.withText(format));
  const modules = formats.map((format) =>
    new Line([format], line.scope).asModule("http.precompressed"),
  );
  const added = objectOf(modules.map(({ name, config }) => [name, config]));
  return {
    precompressed: { ...(precompressed as JsonObject | undefined), ...added },
    precompressed_order: formats.map((format) => format.text),
  };
}
