// The admin API as a server of its own: guarded, and patient with nobody for ever.

import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import express, { type Express, type Request, type RequestHandler } from "express";
import type { Log } from "../engine/index.js";
import { announcesTooMuch } from "./body.js";
import { AdminError, failureHandler } from "./failure.js";
import { type GuardRules, judge } from "./guard.js";
import { type AdminServerOptions, DEFAULT_LIMITS } from "./options.js";
import { createAdminRouter } from "./router.js";

const HEADER_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 300_000;
const IDLE_TIMEOUT_MS = 60_000;
const CHECK_TIMEOUTS_MS = 1_000;
const MAX_HEADER_BYTES = 64 * 1024;

/** A server for the admin API that does not listen yet. */
export function createAdminServer(options: AdminServerOptions): Server {
  const app = express();
  app.disable("x-powered-by");
  const log = options.log.named("admin.api");
  app.use(announce(log), guard(options.rules), createAdminRouter(options), failureHandler(log));

  const server = createServer(
    {
      ...expressClasses(app),
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADER_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_TIMEOUTS_MS,
      // So that a second Host or If-Match is seen, and not dropped.
      joinDuplicateHeaders: true,
    },
    app,
  );
  // A client that asks first is told before it sends 100 MB in vain.
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (!announcesTooMuch(request, limits)) response.writeContinue();
    server.emit("request", request, response);
  });
  return server;
}

/** A line for each request; scraping would drown the others. */
function announce(log: Log): RequestHandler {
  return (request, _response, next) => {
    const { method, url, headers, socket } = request;
    const fields = { method, host: headers.host, uri: url, remote_ip: socket.remoteAddress };
    if (url === "/metrics") log.debug("received request", fields);
    else log.info("received request", fields);
    next();
  };
}

const CORS_METHODS = "OPTIONS, GET, POST, PUT, PATCH, DELETE";
const CORS_HEADERS =
  "Content-Type, Content-Length, Cache-Control, If-Match, If-None-Match, " +
  "Last-Event-ID, X-Graft-Author, X-Graft-Reason";

/** Whom a request is for. A target that is a whole URL says it, whatever Host does (RFC 9112, 3.2.2). */
function hostOf({ url, headers }: Request): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? headers.host;
}

/** Refuse whoever may not ask, and tell browsers which page may read the answer. */
function guard(rules: () => GuardRules): RequestHandler {
  return (request, response, next) => {
    const { origin, referer, upgrade } = request.headers;
    const host = hostOf(request);
    const secFetchMode = single(request.headers["sec-fetch-mode"]);
    const verdict = judge({ host, origin, referer, upgrade, secFetchMode }, rules());
    if (!verdict.allowed) throw new AdminError(verdict.status, verdict.reason);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (verdict.origin === undefined) return next();

    response.setHeader("Access-Control-Allow-Origin", verdict.origin);
    response.setHeader("Vary", "Origin");
    response.setHeader("Access-Control-Expose-Headers", "ETag");
    if (request.method !== "OPTIONS") return next();
    response.setHeader("Access-Control-Allow-Methods", CORS_METHODS);
    response.setHeader("Access-Control-Allow-Headers", CORS_HEADERS);
    response.setHeader("Access-Control-Allow-Credentials", "true");
    response.writeHead(204).end();
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join() : header;
}

/**
 * Express gives each request and response another prototype, which below Node 24 makes V8 drop what
 * it knew about them: six times fewer requests per second. Objects that are born with that prototype
 * are left alone. Newer versions do not mind, and are faster with their own classes.
 */
function expressClasses(app: Express) {
  if (Number.parseInt(process.versions.node, 10) >= 24) return {};
  function Request(this: IncomingMessage, socket: Socket) {
    Reflect.apply(IncomingMessage as unknown as () => void, this, [socket]);
  }
  function Response(this: ServerResponse, request: IncomingMessage, options: unknown) {
    Reflect.apply(ServerResponse as unknown as () => void, this, [request, options]);
  }
  Request.prototype = app.request;
  Response.prototype = app.response;
  return {
    IncomingMessage: Request as unknown as typeof IncomingMessage,
    ServerResponse: Response as unknown as typeof ServerResponse,
  };
}
