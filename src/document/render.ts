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
  readonly text: Buffer;
  /** The hashes of the elements, one after the other. */
  hashes: string | undefined;
}

interface Chunks {
  readonly array: JsonArray;
  readonly chunks: readonly Chunk[];
  readonly bytes: number;
}

/** Renders scopes of one document after another. */
export class Renderer {
  readonly #hashes = new WeakMap<object, string>();
  readonly #long = new LRUCache<string, Chunks>({
    maxSize: KEEP_BYTES,
    sizeCalculation: (entry) => entry.bytes + 1,
  });

  /** The text of the value `node` that stands at `path`. */
  render(node: Json, path: Path): Rendered {
    const pieces: Buffer[] = [];
    this.write(node, path, pieces);
    return { pieces, length: pieces.reduce((sum, piece) => sum + piece.length, 0) };
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

  private write(node: Json, path: Path, out: Buffer[]): void {
    if (path.length >= KEEP_DEPTH || !isLarge(node)) out.push(Buffer.from(JSON.stringify(node)));
    else if (isArray(node)) this.writeArray(node, path, out);
    else this.writeObject(node as JsonObject, path, out);
  }

  private writeObject(node: JsonObject, path: Path, out: Buffer[]): void {
    let before = "{";
    for (const key of Object.keys(node)) {
      before += `${JSON.stringify(key)}:`;
      const value = node[key] as Json;
      if (isLarge(value)) {
        out.push(Buffer.from(before));
        this.write(value, [...path, key], out);
        before = ",";
      } else before += `${JSON.stringify(value)},`;
    }
    out.push(Buffer.from(`${before.replace(/,$/, "")}}`));
  }

  private writeArray(node: JsonArray, path: Path, out: Buffer[]): void {
    out.push(OPEN);
    for (const [i, chunk] of this.chunksOf(node, path).chunks.entries()) {
      if (i > 0) out.push(COMMA);
      out.push(chunk.text);
    }
    out.push(CLOSE);
  }

  /** The chunks of an array; those that lie wholly in what did not change are kept. */
  private chunksOf(array: JsonArray, path: Path): Chunks {
    const key = printPath(path);
    const known = this.#long.get(key);
    if (known?.array === array) return known;
    const chunks = known ? this.mended(known, array, path) : this.cut(array, 0, array.length, path);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.text.length, 0);
    const made = { array, chunks, bytes };
    this.#long.set(key, made);
    return made;
  }

  private mended(known: Chunks, array: JsonArray, path: Path): Chunk[] {
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
    return [...head, ...this.cut(array, from, to, path), ...tail];
  }

  /** Chunks of about equal size, so that none is small. */
  private cut(array: JsonArray, start: number, end: number, path: Path): Chunk[] {
    const chunks: Chunk[] = [];
    const size = Math.ceil((end - start) / Math.ceil((end - start) / CHUNK));
    for (let at = start; at < end; at += size) {
      const elements = array.slice(at, Math.min(at + size, end));
      chunks.push({
        count: elements.length,
        text: this.textOf(elements, at, path),
        hashes: undefined,
      });
    }
    return chunks;
  }

  /** The text of some elements with commas between them, without the brackets. */
  private textOf(elements: JsonArray, at: number, path: Path): Buffer {
    if (!elements.some(isLarge)) return Buffer.from(JSON.stringify(elements).slice(1, -1));
    const out: Buffer[] = [];
    for (const [i, element] of elements.entries()) {
      if (i > 0) out.push(COMMA);
      this.write(element, [...path, String(at + i)], out);
    }
    return Buffer.concat(out);
  }
}

const OPEN = Buffer.from("[");
const CLOSE = Buffer.from("]");
const COMMA = Buffer.from(",");

function digest(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}

/** Whether a value has at least `LARGE` parts. A question of content only, as hashes must be. */
function isLarge(node: Json): boolean {
  let left = LARGE;
  const count = (value: Json): void => {
    left--;
    if (isArray(value)) for (let i = 0; i < value.length && left > 0; i++) count(value[i] as Json);
    else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        if (left <= 0) return;
        count(value[key] as Json);
      }
    }
  };
  count(node);
  return left <= 0;
}
