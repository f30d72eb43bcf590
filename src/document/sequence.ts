// A long list as a value. An edit shares all chunks but those it touches, and every element has an
// order that stays the same when its neighbours come and go, so an index built over the elements
// need not change when one is inserted in front of them.

/** An element and its place: orders grow along the sequence. Never changed. */
export interface Slot<T> {
  readonly order: number;
  readonly value: T;
}

/** What a splice made, and the slots by which the new sequence differs from the old. */
export interface Spliced<T> {
  readonly sequence: Sequence<T>;
  readonly removed: readonly Slot<T>[];
  readonly inserted: readonly Slot<T>[];
  /** All orders were given anew: nothing that was computed from the old ones holds. */
  readonly renumbered: boolean;
}

/** A run of neighbouring slots; the unit that two versions of a sequence share. */
export type Chunk<T> = readonly Slot<T>[];

const CHUNK = 128;

/** A persistent sequence: cheap to change anywhere, shared with the version it came from. */
export class Sequence<T> {
  private constructor(
    readonly chunks: readonly Chunk<T>[],
    readonly length: number,
  ) {}

  /** The sequence of these values. */
  static of<T>(values: Iterable<T>): Sequence<T> {
    const slots: Slot<T>[] = [];
    for (const value of values) slots.push({ order: slots.length, value });
    return new Sequence(chunked(slots), slots.length);
  }

  /** The value at a position, or undefined past the end. */
  at(position: number): T | undefined {
    let rest = position;
    for (const chunk of this.chunks) {
      if (rest < chunk.length) return chunk[rest]?.value;
      rest -= chunk.length;
    }
    return undefined;
  }

  /** The position of the slot with this order, or -1. */
  positionOf(order: number): number {
    let position = 0;
    for (const chunk of this.chunks) {
      const last = chunk[chunk.length - 1] as Slot<T>;
      if (order <= last.order) {
        const within = chunk.findIndex((slot) => slot.order === order);
        return within < 0 ? -1 : position + within;
      }
      position += chunk.length;
    }
    return -1;
  }

  /** The values of the positions `[start, end)`. */
  range(start: number, end: number): T[] {
    return this.between(this.locate(start), this.locate(end)).map((slot) => slot.value);
  }

  /** Every slot, in order. */
  *slots(): Generator<Slot<T>> {
    for (const chunk of this.chunks) yield* chunk;
  }

  /** Every value, in order. */
  *[Symbol.iterator](): Generator<T> {
    for (const chunk of this.chunks) for (const slot of chunk) yield slot.value;
  }

  /** Replace values from `start` on. One that is put in another's place takes its order. */
  splice(start: number, deleteCount: number, values: readonly T[]): Spliced<T> {
    const from = this.locate(start);
    const to = this.locate(start + deleteCount);
    const head = (this.chunks[from.chunk] ?? []).slice(0, from.within);
    const tail = (this.chunks[to.chunk] ?? []).slice(to.within);
    const removed = this.between(from, to);

    const before = head.at(-1)?.order ?? this.chunks[from.chunk - 1]?.at(-1)?.order;
    const after = tail[0]?.order ?? this.chunks[to.chunk + 1]?.[0]?.order;
    const orders = ordersFor(values.length, removed, before, after);
    if (orders === undefined) return this.renumber(start, deleteCount, values);

    const inserted = values.map((value, i) => ({ order: orders[i] as number, value }));
    const sequence = new Sequence(
      this.joined(from.chunk, to.chunk + 1, [...head, ...inserted, ...tail]),
      this.length - removed.length + inserted.length,
    );
    return { sequence, removed, inserted, renumbered: false };
  }

  /** Put `middle` in the place of the chunks `[first, end)`, taking a small neighbour along. */
  private joined(first: number, end: number, middle: readonly Slot<T>[]): readonly Chunk<T>[] {
    const left = first > 0 && middle.length < CHUNK / 4 ? first - 1 : first;
    const absorbed = left < first ? [...(this.chunks[left] as Chunk<T>), ...middle] : middle;
    return [...this.chunks.slice(0, left), ...chunked(absorbed), ...this.chunks.slice(end)];
  }

  /** The splice done by building all anew, for when no numbers are left between two orders. */
  private renumber(start: number, deleteCount: number, values: readonly T[]): Spliced<T> {
    const all = [...this];
    const rest = all.splice(start).slice(deleteCount);
    // Not `splice(...values)`: they may be more than fit on the stack.
    const sequence = Sequence.of([...all, ...values, ...rest]);
    return { sequence, removed: [], inserted: [], renumbered: true };
  }

  private locate(position: number): { chunk: number; within: number } {
    let rest = position;
    let chunk = 0;
    while (chunk < this.chunks.length) {
      const { length } = this.chunks[chunk] as Chunk<T>;
      if (rest < length) return { chunk, within: rest };
      rest -= length;
      chunk++;
    }
    return { chunk, within: 0 };
  }

  private between(
    from: { chunk: number; within: number },
    to: { chunk: number; within: number },
  ): Slot<T>[] {
    const out: Slot<T>[] = [];
    for (let i = from.chunk; i <= to.chunk && i < this.chunks.length; i++) {
      const chunk = this.chunks[i] as Chunk<T>;
      const begin = i === from.chunk ? from.within : 0;
      const end = i === to.chunk ? to.within : chunk.length;
      for (let j = begin; j < end; j++) out.push(chunk[j] as Slot<T>);
    }
    return out;
  }
}

/** Cut a run of slots into chunks of about equal size, cheap to copy, so that none is small. */
function chunked<T>(slots: readonly Slot<T>[]): Chunk<T>[] {
  const chunks: Chunk<T>[] = [];
  const size = Math.ceil(slots.length / Math.ceil(slots.length / CHUNK));
  for (let at = 0; at < slots.length; at += size) chunks.push(slots.slice(at, at + size));
  return chunks;
}

/** `count` orders between two neighbours, the removed ones first; undefined without room. */
function ordersFor<T>(
  count: number,
  removed: readonly Slot<T>[],
  before: number | undefined,
  after: number | undefined,
): number[] | undefined {
  const orders = removed.slice(0, count).map((slot) => slot.order);
  const missing = count - orders.length;
  if (missing === 0) return orders;
  const low = orders.at(-1) ?? before;
  if (after === undefined) {
    for (let i = 1; i <= missing; i++) orders.push((low ?? -1) + i);
    return orders;
  }
  const first = low ?? after - missing - 1;
  const step = (after - first) / (missing + 1);
  for (let i = 1; i <= missing; i++) orders.push(first + step * i);
  const grows = orders.every((order, i) => order > (orders[i - 1] ?? low ?? -Infinity));
  return grows && (orders.at(-1) as number) < after ? orders : undefined;
}
