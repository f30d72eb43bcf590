// Every refusal as a status and a JSON object that says what is wrong and where. What is not one of
// our own errors is our fault: the client learns no more than that, the log has the stack.

import type { ErrorRequestHandler, Response } from "express";
import { NotKept, PreconditionFailed, Unavailable } from "../control/index.js";
import {
  ConfigError,
  describeIssue,
  type Issue,
  ParseError,
  PatchError,
  PathError,
  type PathFault,
  type Place,
  printPath,
} from "../document/index.js";
import type { Log } from "../engine/index.js";

/** A request that cannot be answered as it was meant. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** The client went away; there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}

/** The body of an error. */
interface Failure extends Place {
  readonly error: string;
  /** The part of the document at fault; it pastes after `/config`. */
  readonly path?: string;
  /** Everything that is wrong with the document, the first one first. */
  readonly errors?: readonly Failure[];
  /** How many more there are than `errors` lists. */
  readonly omitted?: number;
}

/** How many of a document's issues an answer lists. */
const MAX_ISSUES = 1000;

const STATUS_OF_FAULT: Readonly<Record<PathFault, number>> = {
  missing: 404,
  scalar: 400,
  index: 400,
  exists: 409,
  payload: 400,
};

/** Answer an error with JSON, or cut the answer off when it has begun. */
export function failureHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (error instanceof ClientGone) return;
    const { status, headers, failure } = describe(error);
    const fields = { method: request.method, uri: request.originalUrl, status };
    if (status === 500) log.error("internal error", { ...fields, error: stackOf(error) });
    else log.info("request refused", { ...fields, error: failure.error });

    if (response.headersSent) response.destroy();
    else sendFailure(response, status, failure, headers);
  };
}

/** Write an error as JSON. */
export function sendFailure(
  response: Response,
  status: number,
  failure: Failure,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(`${JSON.stringify(failure)}\n`);
  response.writeHead(status, {
    ...headers,
    "Content-Type": "application/json",
    "Content-Length": body.length,
  });
  response.end(body);
}

interface Described {
  readonly status: number;
  readonly failure: Failure;
  readonly headers?: Readonly<Record<string, string>>;
}

function describe(error: unknown): Described {
  if (error instanceof AdminError) {
    const { status, message, headers } = error;
    return { status, headers, failure: { error: message } };
  }
  if (error instanceof ParseError) {
    return { status: 400, failure: { error: error.message, ...error.place } };
  }
  if (error instanceof PathError) {
    const failure = { error: error.message, path: printPath(error.path) };
    return { status: STATUS_OF_FAULT[error.fault], failure };
  }
  if (error instanceof PatchError) {
    return { status: error.fault === "test" ? 409 : 400, failure: { error: error.message } };
  }
  if (error instanceof ConfigError) return { status: 400, failure: ofIssues(error) };
  if (error instanceof NotKept) return { status: 404, failure: { error: error.message } };
  if (error instanceof PreconditionFailed)
    return { status: 412, failure: { error: error.message } };
  if (error instanceof Unavailable) {
    return { status: 503, failure: { error: error.message }, headers: { "Retry-After": "1" } };
  }
  return ofStranger(error);
}

/** The first issue, and the list of all. */
function ofIssues({ message, issues }: ConfigError): Failure {
  const [first] = issues;
  const omitted = issues.length - MAX_ISSUES;
  return {
    ...(first === undefined ? { error: message } : ofIssue(first)),
    errors: issues.slice(0, MAX_ISSUES).map(ofIssue),
    ...(omitted > 0 ? { omitted } : {}),
  };
}

function ofIssue(issue: Issue): Failure {
  return { error: describeIssue(issue), path: printPath(issue.path), ...issue.place };
}

/** Express' own errors, such as a URL that does not decode, carry a status; anything else is a bug. */
function ofStranger(error: unknown): Described {
  const { status, message } = error as { status?: unknown; message?: unknown };
  if (typeof status === "number" && status >= 400 && status < 500) {
    return { status, failure: { error: String(message) } };
  }
  return { status: 500, failure: { error: "internal error; the log has the details" } };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
