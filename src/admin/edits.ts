// From a method, a Content-Type and a body to an edit of the document. Which verb does what to which
// kind of value is decided by the edits themselves, in `document`.

import type { Request } from "express";
import {
  append,
  appendAll,
  applyPatch,
  edit,
  insert,
  type Json,
  mergePatch,
  type Path,
  parsePatch,
  remove,
  replace,
} from "../document/index.js";
import { readJson } from "./body.js";
import { AdminError } from "./failure.js";
import type { AdminLimits } from "./options.js";

/** An edit that is to be made at some path, which may change until its turn comes. */
export type EditAt = (document: Json, path: Path) => Json;

/** Read what a request wants done. `spread` says that its path ended in `...`. */
export async function readEdit(
  request: Request,
  limits: AdminLimits,
  spread: boolean,
): Promise<EditAt> {
  const { method } = request;
  if (method === "DELETE") return remove;
  const kind = kindOf(request.headers["content-type"], method);
  const value = await readJson(request, limits);
  if (kind === "merge")
    return (root, path) => edit(root, path, 0, (node) => mergePatch(node, value));
  if (kind === "patch") {
    const operations = parsePatch(value);
    return (root, path) => applyPatch(root, operations, path);
  }
  const apply =
    method === "POST" ? (spread ? appendAll : append) : method === "PUT" ? insert : replace;
  return (root, path) => apply(root, path, value);
}

type Kind = "value" | "patch" | "merge";

/** What the body is. Anything that ends in `/json` is a value, as in Caddy. */
function kindOf(contentType: string | undefined, method: string): Kind {
  const type = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type.endsWith("/json")) return "value";
  if (method === "PATCH") {
    if (type === "application/json-patch+json") return "patch";
    if (type === "application/merge-patch+json") return "merge";
  }
  throw new AdminError(415, `Content-Type must be application/json, found "${type}"`, {
    "Accept-Patch": "application/json, application/json-patch+json, application/merge-patch+json",
  });
}
