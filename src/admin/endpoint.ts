// One endpoint: a path and what it does for each method. The table is also the answer to OPTIONS and
// the `Allow` of a 405, so they cannot drift apart.

import type { Request, RequestHandler, Response, Router } from "express";
import type { Outcome } from "../control/index.js";
import { headerEtag } from "./conditions.js";
import { AdminError } from "./failure.js";

/** Answers one request; a rejection becomes a JSON error. */
export type Action = (request: Request, response: Response) => void | Promise<void>;

/** The methods of an endpoint. HEAD is answered by GET, whose body node leaves out. */
export type Methods = Readonly<
  Partial<Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", Action>>
>;

/** Serve exactly `path`. */
export function endpoint(router: Router, path: string, methods: Methods): void {
  router.all(path, dispatch(methods));
}

/** Serve `path` and everything below it; `request.path` is what follows. */
export function subtree(router: Router, path: string, methods: Methods): void {
  router.use(path, dispatch(methods));
}

function dispatch(methods: Methods): RequestHandler {
  const names = Object.keys(methods);
  const allow = ["OPTIONS", ...(methods.GET ? ["HEAD"] : []), ...names].join(", ");
  const table = new Map<string, Action>(Object.entries(methods));
  if (methods.GET) table.set("HEAD", methods.GET);
  return (request, response) => {
    const action = table.get(request.method);
    if (action !== undefined) return action(request, response);
    if (request.method !== "OPTIONS") {
      throw new AdminError(405, `method ${request.method} is not allowed here`, { Allow: allow });
    }
    response.writeHead(204, { Allow: allow }).end();
  };
}

/**
 * Call `act` once the client has gone or closed its side, or has the whole answer. Who closes its side
 * may have gone, and for nobody nothing is to go on that takes long.
 */
export function onceLeft({ socket }: Request, response: Response, act: () => void): void {
  const leave = (): void => {
    response.off("close", leave);
    socket.off("end", leave);
    act();
  };
  response.on("close", leave);
  socket.on("end", leave);
}

/** The query of a request; it holds options, and never addresses anything. */
export function queryOf(request: Request): URLSearchParams {
  const at = request.url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : request.url.slice(at));
}

/** Whether a flag is set. A value that is neither yes nor no is refused, as it may mean "do not do it". */
export function flagOf(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value === null || value === "false" || value === "0") return false;
  if (value === "true" || value === "1" || value === "") return true;
  throw new AdminError(400, `${name} must be true or false, found "${value}"`);
}

/** A whole number of at least `least` from the query, at most `most`. */
export function countOf(query: URLSearchParams, name: string, least: number, most: number) {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^[0-9]{1,15}$/.test(text) || Number(text) < least) {
    throw new AdminError(400, `${name} must be a whole number from ${least}, found "${text}"`);
  }
  return Math.min(Number(text), most);
}

/** Answer with JSON. */
export function sendJson(response: Response, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
}

/** Answer a change: 200 and the ETag of what was addressed, or what a dry run found. */
export function sendOutcome(response: Response, outcome: Outcome): void {
  response.setHeader("ETag", headerEtag(outcome.etag));
  if (outcome.preview !== undefined) sendJson(response, outcome.preview);
  else response.writeHead(200, { "Content-Length": 0 }).end();
}
