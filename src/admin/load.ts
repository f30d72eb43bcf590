// `/load`, `/adapt` and `/stop`: the whole document at once, in any format that has an adapter.

import type { Request, Router } from "express";
import { type Adapted, describeUnknown, freeze, parseJson } from "../document/index.js";
import { readText } from "./body.js";
import { circumstancesOf } from "./change-request.js";
import { endpoint, sendJson } from "./endpoint.js";
import { AdminError } from "./failure.js";
import type { AdminLimits, AdminOptions } from "./options.js";

/** Add `/load`, `/adapt` and `/stop`. */
export function loadRoutes(router: Router, options: AdminOptions, limits: AdminLimits): void {
  endpoint(router, "/load", {
    async POST(request, response) {
      const adapted = await readConfig(request, options, limits);
      const outcome = await options.door.change({
        ...circumstancesOf(request, []),
        source: "load",
        edit: () => adapted.document,
        adapted,
      });
      const { warnings } = adapted;
      if (outcome.preview !== undefined) sendJson(response, outcome.preview);
      else if (warnings.length > 0) sendJson(response, warnings);
      else response.writeHead(200, { "Content-Length": 0 }).end();
    },
  });
  endpoint(router, "/adapt", {
    async POST(request, response) {
      const { document, warnings } = await readConfig(request, options, limits);
      sendJson(response, { ...(warnings.length > 0 ? { warnings } : {}), result: document });
    },
  });
  endpoint(router, "/stop", {
    POST(_request, response) {
      response.once("close", options.stop);
      response.writeHead(200, { "Content-Length": 0, Connection: "close" }).end();
    },
  });
}

/** The document in a request's body, by the format that its Content-Type names. */
async function readConfig(
  request: Request,
  options: AdminOptions,
  limits: AdminLimits,
): Promise<Adapted> {
  const format = formatOf(request.headers["content-type"]);
  const adapter = options.adapters.find(({ name }) => name === format);
  if (adapter === undefined && format !== "json") {
    throw new AdminError(400, describeUnknown(format, options.adapters));
  }
  const text = await readText(request, limits);
  if (adapter === undefined) return { document: parseJson(text), warnings: [] };
  const adapted = adapter.adapt(text, options.adapting ?? {});
  return { ...adapted, document: freeze(adapted.document) };
}

/** `text/caddyfile; charset=utf-8` names the format `caddyfile`. None means JSON. */
function formatOf(contentType: string | undefined): string {
  if (contentType === undefined || contentType === "") return "json";
  const [, format] = /^[^\s/;]+\/([^\s/;]+)\s*(;|$)/.exec(contentType.trim()) ?? [];
  if (format === undefined) throw new AdminError(400, `malformed Content-Type "${contentType}"`);
  return format.toLowerCase();
}
