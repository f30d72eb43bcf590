// php_fastcgi [<matcher>] <upstreams...> {
//     root          <path>
//     split         <extensions...>
//     index         <file>|off
//     try_files     <files...>
//     env           <name> <value>
//     resolve_root_symlink
//     capture_stderr
//     dial_timeout  <duration>
//     read_timeout  <duration>
//     write_timeout <duration>
//
//     and everything that reverse_proxy has
// }

import type { JsonObject } from "../../../src/document/index.js";
import type { Route } from "../contribution.js";
import { defineDirective } from "../define.js";
import { type FieldReader, type FieldTable, flag, text, texts } from "../fields.js";
import { objectOf, omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import { subroute } from "../routes/subroute.js";
import { time } from "../sections.js";
import { readReverseProxy } from "./reverse-proxy/read.js";

/**
 * Hands requests for PHP files to a FastCGI server, and makes requests for other paths such ones:
 * a folder is its index file, and what does not exist is the index file at the top.
 */
export const phpFastcgi = defineDirective("php_fastcgi", (line) => {
  const match = line.matcher();
  const lines = line.block();
  const own = lines.filter(isOwn).reduce(readOwn, {});
  const { index = "index.php", try_files, split_path = [".php"], ...others } = own;
  const splitPath = split_path as readonly string[];
  const env = objectOf(lines.filter(isVariable).map(readVariable));
  const transport = { name: "fastcgi", config: omitEmpty({ ...others, env, split_path }) };
  const block = lines.filter((inner) => !isOwn(inner) && !isVariable(inner));
  const proxy = readReverseProxy(line, { block, transport });
  const routes = [
    ...(index === "off" ? [] : indexRoutes(String(index), try_files as Files, splitPath)),
    { match: [{ path: splitPath.map((extension) => `*${extension}`) }], handle: [proxy] },
  ];
  return match === undefined ? { routes } : { match, handle: subroute(routes) };
});

type Files = readonly string[] | undefined;

/** The lines that `reverse_proxy` does not have: fields of the transport, and those of the routes. */
const OWN: FieldTable = {
  root: text("root"),
  split: texts("split_path"),
  index: text("index"),
  try_files: texts("try_files"),
  resolve_root_symlink: withIgnored(flag("resolve_root_symlink")),
  capture_stderr: withIgnored(flag("capture_stderr")),
  dial_timeout: time("dial_timeout", "bad timeout value"),
  read_timeout: time("read_timeout", "bad timeout value"),
  write_timeout: time("write_timeout", "bad timeout value"),
};

function isOwn({ directive }: Line): boolean {
  return Object.hasOwn(OWN, directive);
}

function readOwn(before: JsonObject, line: Line): JsonObject {
  const fields = { ...before, ...OWN[line.directive]?.(line, before) };
  line.expectEnd();
  return fields;
}

function isVariable({ directive }: Line): boolean {
  return directive === "env";
}

// env <name> <value>
function readVariable(line: Line): readonly [string, string] {
  const name = line.expectArgument("a name").text;
  const value = line.expectArgument("a value").text;
  line.expectEnd();
  return [name, value];
}

function withIgnored(read: FieldReader): FieldReader {
  return (line, before) => {
    line.ignoreArguments();
    return read(line, before);
  };
}

/** Routes that make a path the PHP file that answers for it. */
function indexRoutes(index: string, files: Files, splitPath: readonly string[]): readonly Route[] {
  const inFolder = `{http.request.uri.path}/${index}`;
  const tried = files ?? ["{http.request.uri.path}", inFolder, index];
  // The last file is taken even if it does not exist: when it is PHP, it may answer all the same.
  const policy =
    files === undefined || tried.at(-1)?.endsWith(".php") ? "first_exist_fallback" : "";
  const found = omitEmpty({ try_files: tried, try_policy: policy, split_path: splitPath });
  return [
    ...(tried.includes(inFolder) ? [slashRoute(inFolder)] : []),
    {
      match: [{ file: found }],
      handle: [{ handler: "rewrite", uri: "{http.matchers.file.relative}" }],
    },
  ];
}

/** The path of a folder with an index file gets a slash at its end, for relative links. */
function slashRoute(index: string): Route {
  const location = "{http.request.orig_uri.path}/{http.request.orig_uri.prefixed_query}";
  return {
    match: [{ file: { try_files: [index] }, not: [{ path: ["*/"] }] }],
    handle: [{ handler: "static_response", status_code: 308, headers: { Location: [location] } }],
  };
}
