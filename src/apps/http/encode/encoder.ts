// What an encoder is, and how one is made of what node:zlib has. Small bodies that are known whole are
// compressed at once, on the spot: for them the way to another thread and back costs more than the
// work. All others go through a stream, which works on other threads, and takes no more in than the
// client takes out.

import type { Transform, Writable } from "node:stream";
import type { Life } from "../../../engine/index.js";
import { type Body, type BodyFilter, bodyOf, type Inlet } from "../body.js";

/** The namespace of encoders. */
export const ENCODERS = "http.encoders";

/** A way to compress bodies. */
export interface Encoder extends Life {
  /** What clients call it, in Accept-Encoding. */
  readonly coding: string;
  /** What compresses; undefined if this Node has nothing for it. */
  readonly filter: BodyFilter | undefined;
}

/** A compression of node:zlib, with its options. */
export interface Compression {
  /** Compress bytes in one go. */
  compress(bytes: Buffer): Buffer;
  /** A stream that compresses, which holds at most this much that it has not worked on (bytes). */
  open(highWaterMark: number): CompressStream;
  /** What makes such a stream let out all that went in. */
  readonly flushKind: number;
}

/** A stream that compresses what goes in. */
export interface CompressStream extends Transform {
  flush(kind: number, done: () => void): void;
}

/** Up to this size a body is compressed at once: well below a millisecond of work (bytes). */
const AT_ONCE = 64 * 1024;

/** How much a stream may hold that waits to be compressed (bytes). */
const WAITING = 128 * 1024;

/** Make a filter of a compression. */
export function compressing(compression: Compression): BodyFilter {
  const kept = new WeakMap<Buffer, Body>();

  function compressed({ wire, lasting }: Body): Body {
    const bytes = lasting ?? (typeof wire === "string" ? Buffer.from(wire, "latin1") : wire);
    return bodyOf(compression.compress(bytes));
  }

  return {
    whole(body) {
      const { length, lasting } = body;
      if (length > AT_ONCE) return undefined;
      if (lasting === undefined) return compressed(body);
      const known = kept.get(lasting) ?? compressed(body);
      kept.set(lasting, known);
      return known;
    },
    stream: (out) => openInlet(compression, out),
  };
}

function openInlet({ open, flushKind }: Compression, out: Writable): Inlet {
  const input = open(WAITING);
  input.pipe(out);
  out.once("close", () => input.destroy());

  // Whoever writes small parts asks for a flush after each. One at a time is as good, and while it
  // takes, what is written meanwhile is gathered.
  let flushing = false;
  let again = false;
  function flush(): void {
    again = flushing;
    if (flushing || input.writableEnded || input.destroyed) return;
    flushing = true;
    input.flush(flushKind, flushed);
  }
  function flushed(): void {
    flushing = false;
    if (again) flush();
  }
  return { input, flush };
}
