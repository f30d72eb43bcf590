// An open file as the answer to a request: whole or in ranges, or only the news that the client's
// copy still holds. Large files go out piece by piece, as fast as the client takes them.

import type { Exchange } from "../exchange.js";
import { lastingBody, mayHaveBody, type ResponseWriter } from "../response.js";
import { FileChanged, type OpenFile } from "./files.js";
import { applicableRange, evaluate, type Validators } from "./preconditions.js";
import { contentRange, multipart, parseRanges, type Segment } from "./ranges.js";

/** How much of a large file is in memory at a time, for each client. */
const CHUNK_BYTES = 128 * 1024;

/** What to say of a file beside its bytes. */
export interface Presentation {
  /** The status that the config, or the error being handled, asks for. */
  readonly status: number | undefined;
  readonly validators: Validators;
  readonly lastModified: string | undefined;
  readonly mediaType: string | undefined;
  /** How the bytes are compressed; undefined when they are not. */
  readonly coding: string | undefined;
}

/**
 * Answer with a file. A status other than 200 makes it the description of something else, such as an
 * error: then neither conditions nor ranges apply to it (RFC 9110, 13.2.1 and 14.2).
 */
export function sendFile(
  exchange: Exchange,
  file: OpenFile,
  presentation: Presentation,
): void | Promise<void> {
  const { response, headers: asked } = exchange;
  const { status = 200, validators } = presentation;
  describeFile(response, presentation);
  if (status !== 200) return sendWhole(exchange, file, status);

  const verdict = evaluate(asked, validators);
  if (verdict === "not modified") return sendNotModified(response);
  if (verdict === "failed") return sendRefusal(response, 412);

  response.headers.set("Accept-Ranges", "bytes");
  const range = applicableRange(asked, validators);
  return range === undefined ? sendWhole(exchange, file, 200) : sendRanges(exchange, file, range);
}

function describeFile({ headers }: ResponseWriter, presentation: Presentation): void {
  const { validators, lastModified, mediaType, coding } = presentation;
  if (validators.etag !== undefined) headers.set("Etag", validators.etag);
  if (lastModified !== undefined) headers.set("Last-Modified", lastModified);
  if (coding !== undefined) headers.set("Content-Encoding", coding);
  if (mediaType !== undefined && !headers.has("content-type")) {
    headers.set("Content-Type", mediaType);
  }
}

function sendWhole(exchange: Exchange, file: OpenFile, status: number): void | Promise<void> {
  const { response, method } = exchange;
  if (!mayHaveBody(status)) {
    response.sendHead(status);
    return response.end();
  }
  if (file.content !== undefined && method !== "HEAD") {
    return response.send(status, lastingBody(file.content));
  }
  return sendSegments(exchange, file, status, [{ start: 0, length: file.found.size }]);
}

function sendRanges(exchange: Exchange, file: OpenFile, range: string): void | Promise<void> {
  const { headers } = exchange.response;
  const { size } = file.found;
  const spans = parseRanges(range, size);
  if (spans === undefined) return sendWhole(exchange, file, 200);
  if (spans === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${size}`);
    return sendRefusal(exchange.response, 416);
  }

  const [only, second] = spans;
  if (only !== undefined && second === undefined) {
    headers.set("Content-Range", contentRange(only, size));
    return sendSegments(exchange, file, 206, spans);
  }
  const { contentType, segments } = multipart(spans, size, headers.get("content-type"));
  headers.set("Content-Type", contentType);
  return sendSegments(exchange, file, 206, segments);
}

/** The fields that a cache needs to renew its copy stay (RFC 9110, 15.4.5). */
function sendNotModified(response: ResponseWriter): void {
  response.headers.delete("content-type");
  response.headers.delete("content-encoding");
  if (response.headers.has("etag")) response.headers.delete("last-modified");
  response.sendHead(304);
  response.end();
}

/** An answer about the request: what was going to be said of the file does not belong to it. */
function sendRefusal(response: ResponseWriter, status: number): void {
  for (const field of ["etag", "last-modified", "content-type", "content-encoding"]) {
    response.headers.delete(field);
  }
  response.send(status);
}

async function sendSegments(
  exchange: Exchange,
  file: OpenFile,
  status: number,
  segments: readonly Segment[],
): Promise<void> {
  const { response } = exchange;
  const total = segments.reduce((sum, segment) => sum + segment.length, 0);
  response.headers.set("Content-Length", String(total));
  response.sendHead(status);
  if (exchange.method !== "HEAD") {
    for (const segment of segments) await sendSegment(exchange, file, segment);
  }
  if (!isGone(response)) response.end();
}

async function sendSegment(exchange: Exchange, file: OpenFile, segment: Segment): Promise<void> {
  const { response } = exchange;
  if (!("start" in segment)) return hand(response, segment);

  const end = segment.start + segment.length;
  for (let at = segment.start; at < end && !isGone(response); ) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - at));
    const count = await readOrBreakOff(exchange, file, chunk, at);
    await hand(response, chunk.subarray(0, count));
    at += count;
  }
}

/** The length is out already: a file that turns out shorter can only be told by breaking off. */
async function readOrBreakOff(
  { response, server, spot }: Exchange,
  file: OpenFile,
  chunk: Buffer,
  at: number,
): Promise<number> {
  try {
    const count = await file.read(chunk, at);
    if (count > 0) return count;
    throw new FileChanged("the file shrank while it was sent");
  } catch (cause) {
    const about = { file: file.found.path, sent: at, error: String(cause) };
    server.log.warn("breaking off", { ...spot?.facts, ...about });
    response.raw.destroy();
    return 0;
  }
}

/** Hand over a part of the body, and wait until the client can take more. */
async function hand(response: ResponseWriter, part: Buffer): Promise<void> {
  if (!isGone(response) && !response.write(part) && !isGone(response)) await response.drained();
}

/** Whether nobody reads the answer any more. */
function isGone(response: ResponseWriter): boolean {
  return response.raw.destroyed;
}
