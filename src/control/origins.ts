// Where parts of the document came from in the text that it was adapted from, for the log of what
// runs. An edit must not make this lie: a node is known by being the same object as when the text
// was loaded, which reconciling keeps it for as long as its content, and nothing else is answered.

import { type Adapted, findAgain, type Json, type Path, type Place } from "../document/index.js";
import type { Whereabouts } from "../engine/index.js";

/** A document as it was loaded, and the places it came from. */
export interface Origin {
  readonly document: Json;
  readonly placeOf: Adapted["placeOf"];
}

/** The origin of a document; one of nothing when its paths lead to its lines anyway. */
export function originOf(document: Json, { placeOf, reshaped }: Adapted): Origin {
  if (reshaped !== true || placeOf === undefined) return { document: null, placeOf: undefined };
  return { document, placeOf };
}

/** The origins of what is live and of what is about to be. */
export class Origins {
  /** Of the document that is live, or of the last before it that came from a text. */
  live: Origin | undefined;
  /** Of what is being provisioned or started. */
  private next: Origin | undefined;
  /** What was found, by its node, and for which document and origins that holds: errors repeat. */
  #found = new WeakMap<object, Whereabouts>();
  #foundIn: readonly unknown[] = [];

  /** Where a node stands in the document that is live, having stood at `path`, and its place. */
  find(document: Json, node: Json, path: Path): Whereabouts {
    if (typeof node !== "object" || node === null) return { path };
    const within = [document, this.live, this.next];
    if (within.some((part, i) => part !== this.#foundIn[i])) {
      this.#found = new WeakMap();
      this.#foundIn = within;
    }
    const found = this.#found.get(node) ?? this.look(document, node, path);
    this.#found.set(node, found);
    return found;
  }

  /** Do something about a document that is not live yet. */
  during<T>(next: Origin | undefined, work: () => T): T {
    this.next = next;
    const done = () => {
      this.next = undefined;
    };
    try {
      const result = work();
      if (result instanceof Promise) void result.then(done, done);
      else done();
      return result;
    } catch (error) {
      done();
      throw error;
    }
  }

  private look(document: Json, node: Json, path: Path): Whereabouts {
    const here = findAgain(document, path, node) ?? path;
    const place = placeIn(this.next, node, here) ?? placeIn(this.live, node, here);
    return place === undefined ? { path: here } : { path: here, place };
  }
}

function placeIn(origin: Origin | undefined, node: Json, path: Path): Place | undefined {
  if (origin?.placeOf === undefined) return undefined;
  const then = findAgain(origin.document, path, node);
  return then && origin.placeOf(then);
}
