// What a request says about a change besides what it changes: its author and reason, its conditions,
// and whether it is only a rehearsal. The same for every way of changing the document.

import type { Request } from "express";
import type { Change, Terms } from "../control/index.js";
import type { Path } from "../document/index.js";
import { guardsOf } from "./conditions.js";
import { flagOf, queryOf } from "./endpoint.js";

/** Everything of a change but its edit and where it came from. */
export type Circumstances = Terms & Pick<Change, "path">;

/** Read the circumstances of a change to `path`. */
export function circumstancesOf(request: Request, path: Path): Circumstances {
  const { headers } = request;
  return {
    path,
    guards: guardsOf(headers, path),
    force: headers["cache-control"]?.includes("must-revalidate") ?? false,
    dryRun: flagOf(queryOf(request), "dry_run"),
    ...signatureOf(request),
  };
}

/** Who asks for a change, and why. */
function signatureOf(request: Request): Pick<Change, "author" | "reason"> {
  const author = textOf(request.headers["x-graft-author"]);
  const reason = textOf(request.headers["x-graft-reason"]);
  return {
    ...(author === undefined ? {} : { author }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A header as its sender meant it: node reads bytes as Latin-1, people write UTF-8. */
function textOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header.join(", ") : header;
  return text ? Buffer.from(text, "latin1").toString("utf8") : undefined;
}
