// The body of an answer, and what may make another one of it on its way to the client. A filter
// serves many answers and keeps nothing of any; what belongs to one answer is in its inlet.

import type { Writable } from "node:stream";
import { bytesOf } from "./percent.js";

/** A body that is ready to be sent. */
export interface Body {
  /** The bytes, or a text with one character for each of them. */
  readonly wire: Buffer | string;
  readonly length: number;
  /** The bytes, where they are sent again: what was made of them may be kept with this object. */
  readonly lasting: Buffer | undefined;
}

/** Makes another body of the one that handlers send. */
export interface BodyFilter {
  /** What is sent in place of a body that is known whole; undefined if it has to be streamed. */
  whole(body: Body): Body | undefined;
  /** A way into `out` for a body that comes in parts; to be destroyed when `out` is closed. */
  stream(out: Writable): Inlet;
}

/** Where the parts of one body go in. */
export interface Inlet {
  /** When it ends, what comes out ends as well. */
  readonly input: Writable;
  /** Let out what has gone in so far. */
  flush(): void;
}

/** Up to this size a body leaves together with the head (bytes). */
const SMALL = 8 * 1024;

/** Make a body ready. Of a small one node makes one piece with the head, if it is a text too. */
export function bodyOf(content: Buffer | string): Body {
  return made(typeof content === "string" ? bytesOf(content) : content, false);
}

/** As `bodyOf`, of bytes that never change and are sent many times. */
export function lastingBody(content: Buffer | string): Body {
  return made(typeof content === "string" ? bytesOf(content) : content, true);
}

function made(bytes: Buffer, lasts: boolean): Body {
  const { length } = bytes;
  const wire = length <= SMALL ? bytes.toString("latin1") : bytes;
  return { wire, length, lasting: lasts ? bytes : undefined };
}

/** No body. */
export const EMPTY = bodyOf("");

/** Two filters as one: `second` gets what `first` made. */
export function chained(first: BodyFilter, second: BodyFilter): BodyFilter {
  return {
    whole(body) {
      const between = first.whole(body);
      return between && second.whole(between);
    },
    stream(out) {
      const last = second.stream(out);
      const { input, flush } = first.stream(last.input);
      last.input.on("error", (error) => input.destroy(error));
      return {
        input,
        flush() {
          flush();
          last.flush();
        },
      };
    },
  };
}
