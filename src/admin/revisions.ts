// `/revisions`: the journal read back, and undone.

import type { Request, Router } from "express";
import { NotKept } from "../control/index.js";
import { circumstancesOf } from "./change-request.js";
import { countOf, endpoint, queryOf, sendJson, sendOutcome } from "./endpoint.js";
import { AdminError } from "./failure.js";
import type { AdminOptions } from "./options.js";

/** How many revisions one answer lists, unless asked for less. */
const PAGE = 100;
/** And at most. */
const MAX_PAGE = 1000;

/** Add `/revisions`. */
export function revisionRoutes(router: Router, { door }: AdminOptions): void {
  endpoint(router, "/revisions", {
    async GET(request, response) {
      const query = queryOf(request);
      const before = countOf(query, "before", 1, Number.MAX_SAFE_INTEGER);
      const limit = countOf(query, "limit", 1, MAX_PAGE) ?? PAGE;
      const records = await door.revisions({ limit, ...(before === undefined ? {} : { before }) });
      sendJson(
        response,
        // A patch may be as large as the document; each revision tells its own.
        records.map(({ patch: _, ...record }) => record),
      );
    },
  });
  endpoint(router, "/revisions/:number", {
    async GET(request, response) {
      const number = numberOf(request);
      const revision = await door.readRevision(number);
      if (revision === undefined) throw new NotKept(number);
      sendJson(response, revision);
    },
  });
  endpoint(router, "/revisions/:number/document", {
    async GET(request, response) {
      const number = numberOf(request);
      const document = await door.documentAt(number);
      if (document === undefined) throw new NotKept(number);
      sendJson(response, document);
    },
  });
  endpoint(router, "/revisions/:number/restore", {
    async POST(request, response) {
      const by = circumstancesOf(request, []);
      sendOutcome(response, await door.restore(numberOf(request), by));
    },
  });
}

function numberOf(request: Request): number {
  const { number } = request.params;
  if (typeof number === "string" && /^[1-9][0-9]{0,14}$/.test(number)) return Number(number);
  throw new AdminError(404, `there is no revision "${String(number)}"`);
}
