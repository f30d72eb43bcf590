// The lines of a journal. Each is one JSON object that begins with a checksum of the rest of the
// line, so that a torn or flipped byte is found, and so that any JSON lines tool reads it:
//   {"sum":"<16 hex digits>","kind":"document","number":12,"time":…,"document":…}
//   {"sum":"<16 hex digits>","kind":"revision","number":13,"time":…,"source":…,"patch":[…]}

import { createHash, hash } from "node:crypto";
import {
  freeze,
  type Json,
  type JsonObject,
  type Operation,
  type Path,
  parsePointer,
} from "../document/index.js";
import { UnknownRecord } from "./error.js";
import { gathered } from "./paced.js";
import type { RevisionRecord } from "./store.js";

/** What a line says about itself. */
export interface Header {
  readonly kind: "document" | "revision";
  readonly number: number;
}

const OPENING = '{"sum":"';
const SUM_LENGTH = 16;
/** Where the checked part begins: behind the sum, its quote and a comma. */
const BODY_AT = OPENING.length + SUM_LENGTH + 2;
/** A header is found within this many bytes of the checked part. */
const HEADER_BYTES = 64;
const HEADER = /^"kind":"(document|revision)","number":(0|[1-9][0-9]{0,15}),/;

/** Makes the JSON text of the value that stands at a path, piece by piece. */
export type Pieces = (value: Json, path: Path) => Iterable<Buffer>;

/** The line of a revision, newline included. `pieces` is asked for what it brings into the document. */
export async function encodeRevision(record: RevisionRecord, pieces: Pieces): Promise<Buffer> {
  const { number, time, author, reason, source, patch } = record;
  const head = JSON.stringify({ kind: "revision", number, time, author, reason, source });
  return sealed(await gathered(piecesOfPatch(head, patch, pieces)));
}

function* piecesOfPatch(head: string, patch: readonly Operation[], pieces: Pieces) {
  let before = `${head.slice(1, -1)},"patch":[`;
  for (const [i, operation] of patch.entries()) {
    if (i > 0) before += ",";
    if (!("value" in operation)) {
      before += JSON.stringify(operation);
      continue;
    }
    const { value, ...rest } = operation;
    yield Buffer.from(`${before}${JSON.stringify(rest).slice(0, -1)},"value":`);
    yield* pieces(value, parsePointer(operation.path));
    before = "}";
  }
  yield Buffer.from(`${before}]}`);
}

/** The line of a whole document, newline included. */
export async function encodeDocument(
  number: number,
  time: number,
  text: Iterable<Buffer>,
): Promise<Buffer> {
  const head = JSON.stringify({ kind: "document", number, time }).slice(1, -1);
  const all = await gathered(text);
  return sealed([Buffer.from(`${head},"document":`), ...all, Buffer.from("}")]);
}

/** A line with this content behind its checksum. */
function sealed(body: readonly Buffer[]): Buffer {
  const sum = createHash("sha256");
  for (const piece of body) sum.update(piece);
  const opening = Buffer.from(`${OPENING}${sum.digest("hex").slice(0, SUM_LENGTH)}",`);
  return Buffer.concat([opening, ...body, NEWLINE]);
}

const NEWLINE = Buffer.from("\n");

/**
 * What the line says it is, or undefined when it is not what was once written. Without its newline.
 * Throws `UnknownRecord` for what was written, but not by this version.
 */
export function readHeader(line: Buffer): Header | undefined {
  if (line.length < BODY_AT || line.toString("latin1", 0, OPENING.length) !== OPENING)
    return undefined;
  const sum = line.toString("latin1", OPENING.length, OPENING.length + SUM_LENGTH);
  if (sum !== hash("sha256", line.subarray(BODY_AT)).slice(0, SUM_LENGTH)) return undefined;
  const begin = line.toString("latin1", BODY_AT, BODY_AT + HEADER_BYTES);
  const found = HEADER.exec(begin);
  if (found === null) throw new UnknownRecord(`a record that begins with ${begin}`);
  return { kind: found[1] as Header["kind"], number: Number(found[2]) };
}

/** The revision that an intact line holds. */
export function decodeRevision(line: Buffer): RevisionRecord {
  const { sum: _, kind: __, ...record } = parse(line);
  const patch = record.patch as unknown as Operation[];
  for (const operation of patch) frozenOperation(operation);
  return Object.freeze({ ...record, patch: Object.freeze(patch) }) as unknown as RevisionRecord;
}

/** The document that an intact line holds. Not frozen: it belongs to the caller. */
export function decodeDocument(line: Buffer): Json {
  return parse(line).document as Json;
}

/** The patch of the revision that an intact line holds. Not frozen either. */
export function decodePatch(line: Buffer): readonly Operation[] {
  return parse(line).patch as unknown as Operation[];
}

function parse(line: Buffer): JsonObject {
  return JSON.parse(line.toString("utf8"));
}

/** Values are frozen one by one: the depth that is allowed is theirs, not that of the line. */
function frozenOperation(operation: Operation): void {
  if ("value" in operation) freeze(operation.value);
  Object.freeze(operation);
}
