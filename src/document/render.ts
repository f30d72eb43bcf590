// The text and the ETag of any scope, at the cost of what changed since they were last asked for.
//
// Long arrays are kept as chunks of text and hashes; a change makes one chunk anew. The hash of a
// scope depends on its content only: neither on key order nor on how it came about.

import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { canonicalText } from "./canonical.js";
import { differingRange } from "./ends.js";
import {
  isArray,
  isContainer,
  isObject,
  type Json,
  type JsonArray,
  type JsonObject,
} from "./json.js";
import { encodePath, type Path, printPath } from "./steps.js";

/** A scope's JSON text in pieces that follow each other, and their length together in bytes. */
export interface Rendered {
  readonly pieces: readonly Buffer[];
  readonly length: number;
}

/** Values with fewer parts than this are rendered and hashed in one go. */
const LARGE = 512;
/** Elements of a long array that share a chunk. */
const CHUNK = 64;
/** How much text the renderer keeps (bytes). */
const KEEP_BYTES = 64 * 1024 * 1024;

/** Parts of scopes deeper than this are not kept (steps). */
const KEEP_DEPTH = 64;

interface Chunk {
  readonly count: number;
  /** The text of the elements, with commas between them; made when it is first asked for. */
  text: Buffer | undefined;
  /** The hashes of the elements, one after the other; likewise. */
  hashes: string | undefined;
}

interface Chunks {
  readonly array: JsonArray;
  readonly chunks: readonly Chunk[];
}

function sizeOf({ chunks }: Chunks): number {
  return chunks.reduce(
    (sum, { text, hashes = "" }) => sum + (text?.length ?? 0) + hashes.length,
    1,
  );
}

/** Renders scopes of one document after another. */
export class Renderer {
  readonly #hashes = new WeakMap<object, string>();
  readonly #long = new LRUCache<string, Chunks>({
    maxSize: KEEP_BYTES,
    sizeCalculation: sizeOf,
  });

  /** The text of the value `node` that stands at `path`. */
  render(node: Json, path: Path): Rendered {
    const pieces = [...this.pieces(node, path)];
    return { pieces, length: pieces.reduce((sum, piece) => sum + piece.length, 0) };
  }

  /**
   * The same text piece by piece, each made when it is its turn: whoever renders something large
   * in the background can do other things in between.
   */
  *pieces(node: Json, path: Path): Generator<Buffer, void, undefined> {
    if (path.length >= KEEP_DEPTH || !isLarge(node)) yield Buffer.from(JSON.stringify(node));
    else if (isArray(node)) yield* this.piecesOfArray(node, path);
    else yield* this.piecesOfObject(node as JsonObject, path);
  }

  /** The ETag of the value `node` that stands at `path`: `"<path> <hash>"`, quotes included. */
  etag(node: Json, path: Path): string {
    return `"/config${encodePath(path) || "/"} ${this.hash(node, path)}"`;
  }

  /** The hash of a value's content. */
  hash(node: Json, path: Path): string {
    if (!isLarge(node)) return digest(canonicalText(node));
    let parts = "";
    // Plain loops, here and below: a document may nest a thousand deep, and the stack is short.
    if (isArray(node)) {
      const chunks = path.length < KEEP_DEPTH ? this.chunksOf(node, path).chunks : undefined;
      if (chunks === undefined) parts = this.hashesOf(node, 0, node.length, path);
      for (let i = 0, start = 0; chunks !== undefined && i < chunks.length; i++) {
        const chunk = chunks[i] as Chunk;
        chunk.hashes ??= this.hashesOf(node, start, chunk.count, path);
        parts += chunk.hashes;
        start += chunk.count;
      }
      this.weigh(path);
      return digest(`[${parts}`);
    }
    const object = node as JsonObject;
    const keys = Object.keys(object).sort();
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      parts += JSON.stringify(key) + this.hashOfChild(object[key] as Json, [...path, key]);
    }
    return digest(`{${parts}`);
  }

  /** The hash of what a large object holds, kept: most of it is the same when it is asked again. */
  private hashOfChild(node: Json, path: Path): string {
    if (!isContainer(node)) return this.hash(node, path);
    let known = this.#hashes.get(node);
    if (known === undefined) {
      known = this.hash(node, path);
      this.#hashes.set(node, known);
    }
    return known;
  }

  private hashesOf(array: JsonArray, start: number, count: number, path: Path): string {
    let hashes = "";
    for (let i = start; i < start + count; i++) {
      hashes += this.hash(array[i] as Json, [...path, String(i)]);
    }
    return hashes;
  }

  private *piecesOfObject(node: JsonObject, path: Path): Generator<Buffer, void, undefined> {
    let before = "{";
    for (const key of Object.keys(node)) {
      before += `${JSON.stringify(key)}:`;
      const value = node[key] as Json;
      if (isLarge(value)) {
        yield Buffer.from(before);
        yield* this.pieces(value, [...path, key]);
        before = ",";
      } else before += `${JSON.stringify(value)},`;
    }
    yield Buffer.from(`${before.replace(/,$/, "")}}`);
  }

  private *piecesOfArray(node: JsonArray, path: Path): Generator<Buffer, void, undefined> {
    let start = 0;
    for (const chunk of this.chunksOf(node, path).chunks) {
      yield start === 0 ? OPEN : COMMA;
      if (chunk.text) yield chunk.text;
      else yield* this.piecesOfChunk(chunk, node, start, path);
      start += chunk.count;
    }
    this.weigh(path);
    yield CLOSE;
  }

  /** The text of a chunk is kept, unless its elements are so large that they keep their own. */
  private *piecesOfChunk(
    chunk: Chunk,
    array: JsonArray,
    start: number,
    path: Path,
  ): Generator<Buffer, void, undefined> {
    const elements = array.slice(start, start + chunk.count);
    if (!elements.some(isLarge)) {
      chunk.text = Buffer.from(JSON.stringify(elements).slice(1, -1));
      yield chunk.text;
      return;
    }
    for (const [i, element] of elements.entries()) {
      if (i > 0) yield COMMA;
      yield* this.pieces(element, [...path, String(start + i)]);
    }
  }

  /** The chunks of an array; those that lie wholly in what did not change are kept. */
  private chunksOf(array: JsonArray, path: Path): Chunks {
    const key = printPath(path);
    const known = this.#long.get(key);
    if (known?.array === array) return known;
    const made = { array, chunks: known ? mended(known, array) : cut(0, array.length) };
    this.#long.set(key, made);
    return made;
  }

  /** Count what is kept of an array, now that there is more of it. */
  private weigh(path: Path): void {
    const key = printPath(path);
    const known = this.#long.peek(key);
    if (known) this.#long.set(key, known);
  }
}

/** The chunks of an array that came from another one: those outside of the difference are its. */
function mended(known: Chunks, array: JsonArray): Chunk[] {
  const { start, endA } = differingRange(known.array, array);
  const head: Chunk[] = [];
  let from = 0;
  for (const chunk of known.chunks) {
    if (from + chunk.count > start) break;
    head.push(chunk);
    from += chunk.count;
  }
  const tail: Chunk[] = [];
  let tailCount = 0;
  for (let i = known.chunks.length - 1; i >= head.length; i--) {
    const chunk = known.chunks[i] as Chunk;
    if (known.array.length - tailCount - chunk.count < endA) break;
    tail.unshift(chunk);
    tailCount += chunk.count;
  }
  const to = array.length - tailCount;
  // A small piece joins its neighbour, or many inserts would leave chunks of one element each.
  if (to - from < CHUNK / 2) from -= head.pop()?.count ?? 0;
  return [...head, ...cut(from, to), ...tail];
}

/** Chunks of about equal size, so that none is small. */
function cut(start: number, end: number): Chunk[] {
  const chunks: Chunk[] = [];
  const size = Math.ceil((end - start) / Math.ceil((end - start) / CHUNK));
  for (let at = start; at < end; at += size) {
    const count = Math.min(size, end - at);
    chunks.push({ count, text: undefined, hashes: undefined });
  }
  return chunks;
}

const OPEN = Buffer.from("[");
const CLOSE = Buffer.from("]");
const COMMA = Buffer.from(",");

function digest(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}

/** Whether a value has at least `LARGE` parts. A question of content only, as hashes must be. */
function isLarge(node: Json): boolean {
  return countDown(node, LARGE) <= 0;
}

/** What is left of a count when a value and its parts are taken off; about 0 or less when they are more. */
function countDown(value: Json, from: number): number {
  let left = from - 1;
  if (isArray(value)) {
    for (let i = 0; i < value.length && left > 0; i++) left = countDown(value[i] as Json, left);
  } else if (isObject(value)) {
    const keys = Object.keys(value);
    for (let i = 0; i < keys.length && left > 0; i++) {
      left = countDown(value[keys[i] as string] as Json, left);
    }
  }
  return left;
}
