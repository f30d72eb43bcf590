// `/events`: every change as it happens, as server-sent events. A client that reads too slowly is cut
// off rather than buffered for ever; it comes back with `Last-Event-ID` and misses nothing that is
// still kept.

import type { Request, Response, Router } from "express";
import { type ControlEvent, Unavailable } from "../control/index.js";
import { isWithin, type Path, parsePath, printPath, touches } from "../document/index.js";
import { endpoint, onceLeft, queryOf } from "./endpoint.js";
import { AdminError } from "./failure.js";
import type { AdminLimits, AdminOptions } from "./options.js";

/** Add `/events`. */
export function eventRoutes(router: Router, options: AdminOptions, limits: AdminLimits): void {
  const textOf = createFormatter();
  const clients = new Set<Response>();
  const endAll = () => {
    for (const client of clients) client.end();
  };

  endpoint(router, "/events", {
    GET(request, response) {
      const scopes = scopesOf(request);
      const since = lastEventOf(request);
      if (clients.size >= limits.eventClients) {
        throw new Unavailable(`${clients.size} clients follow the events already`);
      }
      if (options.ended?.aborted) throw new Unavailable("the process is stopping");
      begin(response);
      if (request.method === "HEAD") {
        response.end();
        return;
      }

      const say = (text: string): void => {
        if (response.writableLength > limits.eventQueueBytes) response.destroy();
        else if (!response.writableEnded) response.write(text);
      };
      say("retry: 1000\n\n");
      const tell = (event: ControlEvent): void => {
        if (concerns(event, scopes)) say(textOf(event));
      };
      const unsubscribe = options.door.subscribe(tell, since);
      const endHeartbeat = options.clock.every(limits.heartbeatMs, () => say(": still here\n\n"));
      options.ended?.addEventListener("abort", endAll); // one listener, however often it is added
      clients.add(response);
      onceLeft(request, response, () => {
        clients.delete(response);
        if (clients.size === 0) options.ended?.removeEventListener("abort", endAll);
        unsubscribe();
        endHeartbeat();
        response.end();
      });
    },
  });
}

function begin(response: Response): void {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    // nginx would hold the events back.
    "X-Accel-Buffering": "no",
  });
  response.flushHeaders();
}

/** The scopes a client wants to hear of, each given as it is in `/config/…`; none means all. */
function scopesOf(request: Request): readonly Path[] {
  return queryOf(request).getAll("path").map(parsePath);
}

/**
 * The last event a client has seen; `EventSource` says it in a header, a script also in the query.
 * Ids begin at the microseconds since 1970, which are 16 digits.
 */
function lastEventOf(request: Request): number | undefined {
  const header = request.headers["last-event-id"];
  const text = header ?? queryOf(request).get("last_event_id");
  if (typeof text !== "string" || text === "") return undefined;
  const id = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw new AdminError(400, "Last-Event-ID must be a number");
  return id;
}

/** A refused change has no patch, so nothing tells that it does not concern a scope. */
function concerns(event: ControlEvent, scopes: readonly Path[]): boolean {
  if (scopes.length === 0) return true;
  if (event.type === "refused") {
    const { path } = event;
    return scopes.some((scope) => isWithin(path, scope) || isWithin(scope, path));
  }
  const { patch } = event.revision;
  return patch.some((operation) => scopes.some((scope) => touches(operation, scope)));
}

/** Events as text, written once however many clients hear of them. */
function createFormatter(): (event: ControlEvent) => string {
  const written = new WeakMap<ControlEvent, string>();
  return (event) => {
    const known = written.get(event);
    if (known !== undefined) return known;
    const text = format(event);
    written.set(event, text);
    return text;
  };
}

function format(event: ControlEvent): string {
  const { id, type, ...facts } = event;
  const data =
    "revision" in facts ? facts.revision : { ...facts, path: printPath(facts.path) || "/" };
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
