// What the disk's refusals mean to a client.

import { HttpError } from "../exchange.js";
import type { ResponseWriter } from "../response.js";
import { FileChanged } from "./files.js";

const ABSENT = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "ENXIO", "EILSEQ"]);
const FORBIDDEN = new Set(["EACCES", "EPERM"]);
const BUSY = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN"]);

/** Seconds that clients are asked to wait; spread, lest they all come back at once. */
const RETRY_AFTER = { least: 2, spread: 3 };

/** Whether a path names nothing that could be served. */
export function isAbsent(error: unknown): boolean {
  return ABSENT.has(codeOf(error));
}

/** Whether the system keeps it from us. */
export function isForbidden(error: unknown): boolean {
  return FORBIDDEN.has(codeOf(error));
}

/** Whether nothing can be opened at the moment, but soon again. */
export function isBusy(error: unknown): boolean {
  return BUSY.has(codeOf(error)) || error instanceof FileChanged;
}

/** Any other failure as the status that the client gets. */
export function asHttpError(error: unknown, response: ResponseWriter): HttpError {
  if (error instanceof HttpError) return error;
  if (isForbidden(error)) return new HttpError(403, undefined, { cause: error });
  if (!isBusy(error)) return new HttpError(500, undefined, { cause: error });

  const wait = RETRY_AFTER.least + Math.floor(Math.random() * RETRY_AFTER.spread);
  response.headers.set("Retry-After", String(wait));
  return new HttpError(503, undefined, { cause: error });
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error && error.code;
  return typeof code === "string" ? code : "";
}
