// The answer to a change. Its ETag is asked for by some, and that of the root is a hash of everything,
// so only who asks for it pays.

import type { Outcome } from "./change.js";

/**
 * What became of a change, with its ETag computed when it is first asked for. A class, since V8
 * gives every object literal that has a getter a hidden class of its own, which keeps all that the
 * getter refers to (here: a version of the document) until a full collection.
 */
export class Answer implements Outcome {
  readonly preview?: NonNullable<Outcome["preview"]>;
  readonly #computeEtag: () => string;
  #etag: string | undefined;

  constructor(
    readonly changed: boolean,
    readonly revision: number,
    computeEtag: () => string,
    preview: Outcome["preview"],
  ) {
    this.#computeEtag = computeEtag;
    if (preview !== undefined) this.preview = preview;
  }

  get etag(): string {
    this.#etag ??= this.#computeEtag();
    return this.#etag;
  }

  /** All of it, for whoever passes it on as JSON. */
  toJSON(): Outcome {
    return { ...this, etag: this.etag };
  }
}
