// What stays for as long as anything in use names it, such as the load and the failures of an
// upstream. A unit that names it holds it as it holds its parts, so nobody has to let go of it.

import type { Keepable } from "./module.js";
import type { Held } from "./unit.js";

/** A resource of some kind and name, opened when it is first used. */
export class Kept<T extends Keepable = Keepable> implements Held {
  holders = 0;
  /** How many drains are not over whose stragglers may still use it. */
  drains = 0;
  readonly holds: readonly Held[] = NOTHING;
  #value: T | undefined;
  #entered = false;
  #over = false;

  constructor(
    readonly kind: string,
    readonly name: string,
  ) {}

  /** The resource, if anybody has used it yet. */
  get value(): T | undefined {
    return this.#value;
  }

  /**
   * The resource, for what is in use or has been; nothing may be opened before. One that is opened
   * after its end, for a straggler, is closed at once.
   */
  open(make: () => T): T {
    if (this.#value === undefined) {
      if (this.holders === 0 && !this.#entered)
        throw new Error(`${this.kind} opened while provisioned`);
      this.#value = make();
      if (this.#over) this.#value.close();
    }
    return this.#value;
  }

  /** It comes into use, perhaps once more: what was closed is forgotten. */
  enter(): void {
    if (this.#over) this.#value = undefined;
    this.#over = false;
    this.#entered = true;
  }

  /** Nothing names it any more. */
  close(): void {
    this.#over = true;
    this.#value?.close();
  }
}

const NOTHING: readonly Held[] = Object.freeze([]);
