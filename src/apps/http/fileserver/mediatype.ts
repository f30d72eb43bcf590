// The Content-Type that goes with a file's name. What has no known extension gets none: sniffing the
// content would let whoever uploads a file choose how a browser runs it.

import { basename } from "node:path";
import mime from "mime-types";

/** Where browsers and Go agree on another type than the one that is registered. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ["xml", "text/xml"],
  ["xsl", "text/xml"],
  ["flac", "audio/flac"],
  ["jfif", "image/jpeg"],
]);

/** The media type of a file, with the charset for text; undefined when the name does not tell. */
export function mediaType(file: string): string | undefined {
  const name = basename(file);
  const dot = name.lastIndexOf(".");
  if (dot < 0) return undefined;
  const extension = name.slice(dot + 1).toLowerCase();
  const type = EXCEPTIONS.get(extension) ?? mime.types[extension];
  return type?.startsWith("text/") ? `${type}; charset=utf-8` : type;
}
