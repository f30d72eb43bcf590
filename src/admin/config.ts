// `/config/…` and `/id/…`: the document, scope by scope.

import type { Request, Response, Router } from "express";
import { type Door, type Outcome, Unavailable } from "../control/index.js";
import { childOf, idOf, type Json, type Path, parsePath, printPath } from "../document/index.js";
import { circumstancesOf } from "./change-request.js";
import { headerEtag, isKnown } from "./conditions.js";
import { readEdit } from "./edits.js";
import { type Action, type Methods, queryOf, sendOutcome, subtree } from "./endpoint.js";
import { AdminError } from "./failure.js";
import type { AdminLimits, AdminOptions } from "./options.js";

/** Where a request points, and how to look again when the document has changed meanwhile. */
interface Address {
  readonly path: Path;
  /** The path ended in `...`: append each element of the payload. */
  readonly spread: boolean;
  /** How many steps lead to the object with this `@id`; an insert may move it while the change waits. */
  readonly id?: { readonly name: string; readonly depth: number };
}

type Locate = (request: Request) => Address;

/** How often a write by id looks for its object anew before it gives up. */
const MAX_MOVES = 20;

/** Add `/config` and `/id`. */
export function configRoutes(router: Router, options: AdminOptions, limits: AdminLimits): void {
  const byPath: Locate = (request) => addressOf(request.path);
  const byId: Locate = (request) => addressOfId(options.door, request.path);
  router.all("/config", redirectToRoot);
  subtree(router, "/config", methodsOf(byPath, options.door, limits));
  subtree(router, "/id", methodsOf(byId, options.door, limits));
}

/** `/config` is `/config/`. A write must keep its method, and clients promise that for 308 only. */
function redirectToRoot(request: Request, response: Response): void {
  const status = request.method === "GET" || request.method === "HEAD" ? 301 : 308;
  const query = queryOf(request).toString();
  const location = `${request.baseUrl}/config/${query && `?${query}`}`;
  response.writeHead(status, { Location: location, "Content-Length": 0 }).end();
}

function methodsOf(locate: Locate, door: Door, limits: AdminLimits): Methods {
  const read: Action = (request, response) => {
    sendScope(request, response, door, locate(request).path, limits);
  };
  const write: Action = async (request, response) => {
    sendOutcome(response, await change(request, door, locate, limits));
  };
  return { GET: read, POST: write, PUT: write, PATCH: write, DELETE: write };
}

function addressOf(rest: string): Address {
  const spread = /\/\.\.\.\/*$/.test(rest);
  const path = parsePath(rest);
  return { path: spread ? path.slice(0, -1) : path, spread };
}

function addressOfId(door: Door, rest: string): Address {
  const { path, spread } = addressOf(rest);
  const [name, ...below] = path;
  if (name === undefined) throw new AdminError(400, "the id is missing: /id/NAME");
  const holder = door.pathOfId(name);
  if (holder === undefined) throw new AdminError(404, `there is no object with the @id "${name}"`);
  return { path: [...holder, ...below], spread, id: { name, depth: holder.length } };
}

/** The object with the wanted `@id` is not where it was when the request came. */
class Moved extends Error {}

/** Make the change a request asks for, looking an `@id` up anew when its object has moved. */
async function change(
  request: Request,
  door: Door,
  locate: Locate,
  limits: AdminLimits,
): Promise<Outcome> {
  const editAt = await readEdit(request, limits, locate(request).spread);
  for (let moves = 0; moves < MAX_MOVES; moves++) {
    const address = locate(request);
    const { path } = address;
    try {
      return await door.change({
        ...circumstancesOf(request, path),
        source: `${request.method} /config${printPath(path) || "/"}`,
        edit: (document) => {
          if (!stillThere(document, address)) throw new Moved();
          return editAt(document, path);
        },
      });
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    }
  }
  throw new Unavailable("the object keeps moving within its array; try again");
}

function stillThere(document: Json, { path, id }: Address): boolean {
  if (id === undefined) return true;
  let node: Json | undefined = document;
  for (let depth = 0; depth < id.depth; depth++) node = childOf(node, path[depth] as string);
  return node !== undefined && idOf(node) === id.name;
}

/** Answer a scope. Its text comes in pieces that are shared with other answers: nothing is copied. */
function sendScope(
  request: Request,
  response: Response,
  door: Door,
  path: Path,
  limits: AdminLimits,
): void {
  const etag = headerEtag(door.etag(path));
  response.setHeader("ETag", etag);
  if (isKnown(request.headers, etag)) {
    response.writeHead(304).end();
    return;
  }
  const { pieces, length } = door.render(path);
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": length + NEWLINE.length,
  });
  if (request.method !== "HEAD") {
    response.cork();
    for (const piece of pieces) response.write(piece);
    response.write(NEWLINE);
    response.uncork();
  }
  response.end();
  if (response.writableLength > 0) {
    response.setTimeout(limits.answerStallMs, () => response.destroy());
  }
}

const NEWLINE = Buffer.from("\n");
