// The error that ends a chain of handlers, and what error routes and the log can tell of it.

import { randomBytes } from "node:crypto";
import { STATUS_CODES } from "node:http";

/** An error that says which status the client gets; `handle_errors` routes see it. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  #id: string | undefined;

  constructor(
    readonly status: number,
    message = statusText(status),
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Names this occurrence, in an answer as in the log. */
  get id(): string {
    this.#id ??= Array.from(randomBytes(ID_LENGTH), (byte) => ID_LETTERS[byte % 32]).join("");
    return this.#id;
  }

  /** Where it came from: `serve (sites.js:12)`. */
  get trace(): string {
    const { stack = "" } = this.cause instanceof Error ? this.cause : this;
    const frame = /^ {4}at (?:async )?(?:(.+) \()?(?:.*[/\\])?([^/\\]+?):(\d+):\d+\)?$/m.exec(
      stack,
    );
    if (frame === null) return "";
    const [, caller, file, line] = frame;
    return caller === undefined ? `${file}:${line}` : `${caller} (${file}:${line})`;
  }
}

const ID_LENGTH = 9;
/** 32 of them, none of which looks like another. */
const ID_LETTERS = "abcdefghijkmnopqrstuvwxyz2345678";

/** What a status is called; nothing when it has no name. */
export function statusText(status: number): string {
  return NAMES.get(status) ?? STATUS_CODES[status] ?? "";
}

/** Names that Go writes otherwise than node. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [413, "Request Entity Too Large"],
  [414, "Request URI Too Long"],
  [416, "Requested Range Not Satisfiable"],
  [418, "I'm a teapot"],
  [509, ""],
]);
