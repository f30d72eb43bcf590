// A large map as a value: a base that all versions share, and a small layer of what changed since.

const GONE = Symbol("gone");

/** An immutable map from texts that is cheap to change a little. */
export class LayeredMap<V> {
  private constructor(
    private readonly base: ReadonlyMap<string, V>,
    private readonly layer: ReadonlyMap<string, V | typeof GONE>,
  ) {}

  /** The map of these entries; the caller hands its map over. */
  static of<V>(entries: ReadonlyMap<string, V>): LayeredMap<V> {
    return new LayeredMap(entries, new Map());
  }

  get(key: string): V | undefined {
    const changed = this.layer.size > 0 ? this.layer.get(key) : undefined;
    if (changed !== undefined) return changed === GONE ? undefined : changed;
    return this.base.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** A map without the `removed` keys and then with the `added` entries. */
  with(removed: readonly string[], added: Iterable<readonly [string, V]>): LayeredMap<V> {
    const entries = [...added];
    const changes = removed.length + entries.length;
    if (changes === 0) return this;
    // The layer is copied with every change, the base only when the layer has grown past this.
    const limit = Math.max(64, 2 * Math.sqrt(this.base.size));
    if (this.layer.size + changes > limit) return this.merged(removed, entries);
    const layer = new Map(this.layer);
    for (const key of removed) layer.set(key, GONE);
    for (const [key, value] of entries) layer.set(key, value);
    return new LayeredMap(this.base, layer);
  }

  private merged(
    removed: readonly string[],
    added: readonly (readonly [string, V])[],
  ): LayeredMap<V> {
    const base = new Map(this.base);
    for (const [key, value] of this.layer) {
      if (value === GONE) base.delete(key);
      else base.set(key, value);
    }
    for (const key of removed) base.delete(key);
    for (const [key, value] of added) base.set(key, value);
    return LayeredMap.of(base);
  }
}
