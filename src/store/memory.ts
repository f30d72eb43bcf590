// The store of somebody who needs no disk: an embedded instance, a test. The same contract, without
// surviving the process.

import { applyPatch, type Json } from "../document/index.js";
import { StoreError } from "./error.js";
import type { RevisionRecord, Store } from "./store.js";

/** A store that keeps at least the last `limit` revisions, in memory. */
export function createMemoryStore(limit: number): Store {
  return new Memory(limit);
}

/**
 * Old documents are made again from a base and the patches: keeping them would hold on to every
 * array that an edit replaced.
 */
class Memory implements Store {
  #open = false;
  #document: Json = null;
  #base: Json = null;
  #records: RevisionRecord[] = [];
  #last = 0;

  constructor(private readonly limit: number) {}

  async open() {
    if (this.#open) throw new StoreError("the store is open already");
    this.#open = true;
    const document = this.#last === 0 ? undefined : this.#document;
    return { document, revision: this.#last, reports: [] };
  }

  async append(records: readonly RevisionRecord[], document: Json): Promise<void> {
    this.#mustBeOpen();
    for (const [index, { number }] of records.entries()) {
      const expected = this.#last + index + 1;
      if (number !== expected) throw new StoreError(`expected revision ${expected}, got ${number}`);
    }
    if (records.length === 0) return;
    this.#records.push(...records);
    this.#last += records.length;
    this.#document = document;
    if (this.#records.length > 2 * this.limit) {
      const dropped = this.#records.splice(0, this.#records.length - this.limit);
      this.#base = replayed(this.#base, dropped);
    }
  }

  async read(number: number): Promise<RevisionRecord | undefined> {
    this.#mustBeOpen();
    return this.#records.find((record) => record.number === number);
  }

  async list(query: {
    readonly before?: number;
    readonly limit: number;
  }): Promise<RevisionRecord[]> {
    this.#mustBeOpen();
    const below = this.#records.filter(({ number }) => number < (query.before ?? Infinity));
    return below.reverse().slice(0, Math.max(0, query.limit));
  }

  async documentAt(number: number): Promise<Json | undefined> {
    this.#mustBeOpen();
    if (number === this.#last && number > 0) return this.#document;
    const end = this.#records.findIndex((record) => record.number === number);
    return end < 0 ? undefined : replayed(this.#base, this.#records.slice(0, end + 1));
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new StoreError("the store is not open");
  }
}

function replayed(document: Json, records: readonly RevisionRecord[]): Json {
  return records.reduce((now, { patch }) => applyPatch(now, patch), document);
}
