// What outlives a generation is counted here: listeners, connection pools, the state of upstreams.
// The next generation takes its lease before the last one lets go, so what both need stays open.

import type { Lease, Shared } from "./module.js";

interface Entry {
  readonly opening: Promise<Shared>;
  /** Set once it is open. */
  value?: Shared;
  holders: number;
}

/** Shared resources by key. */
export class SharedPool {
  readonly #entries = new Map<string, Entry>();

  /** A lease on the resource of this key, opened when nobody has it yet. */
  async acquire<T extends Shared>(key: string, open: () => T | Promise<T>): Promise<Lease<T>> {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { opening: Promise.resolve().then(open), holders: 0 };
      this.#entries.set(key, entry);
    }
    const held = entry;
    held.holders++;
    try {
      const value = (await held.opening) as T;
      held.value = value;
      return { value, release: once((cut) => this.release(key, held, cut)) };
    } catch (error) {
      held.holders--;
      if (this.#entries.get(key) === held) this.#entries.delete(key);
      throw error;
    }
  }

  /** The first resource whose key begins with `prefix`. */
  peekAny(prefix: string): Shared | undefined {
    for (const [key, { value }] of this.#entries) if (key.startsWith(prefix)) return value;
    return undefined;
  }

  /** How many resources are open. */
  get size(): number {
    return this.#entries.size;
  }

  private async release(key: string, entry: Entry, cut: AbortSignal): Promise<void> {
    if (--entry.holders > 0) return;
    // Gone from the table at once: who needs it while it closes opens its own.
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    await (await entry.opening).close(cut);
  }
}

/** A release that counts once, however often it is called. */
function once(release: (cut: AbortSignal) => Promise<void>): (cut: AbortSignal) => Promise<void> {
  let done: Promise<void> | undefined;
  return (cut) => {
    done ??= release(cut);
    return done;
  };
}
