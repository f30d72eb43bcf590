// Sorting as Go's `sort.SliceStable` does it. Some orders of a Caddyfile's routes contradict
// themselves (of two equal `vars`, each comes first), so what comes out depends on the algorithm:
// insertion sort on short runs, which are then merged in place (SymMerge, Kim and Kutzner 2004).

/** So many elements are sorted by insertion. */
const RUN = 20;

/**
 * A sorted copy. `less` says whether the first of two elements belongs before the second. An order
 * that contradicts itself is another one each time: `times` says how often to sort.
 */
export function stableSort<T>(
  list: readonly T[],
  less: (a: T, b: T) => boolean,
  times = 1,
): readonly T[] {
  let sorted = list;
  for (let time = 0; time < times; time++) {
    const next = [...sorted];
    sortOnce(next, less);
    if (next.every((element, at) => element === sorted[at])) break;
    sorted = next;
  }
  return sorted;
}

function sortOnce<T>(list: T[], less: (a: T, b: T) => boolean): void {
  const sorter = new Sorter(list, less);
  for (let start = 0; start < list.length; start += RUN) {
    sorter.insertion(start, Math.min(start + RUN, list.length));
  }
  for (let width = RUN; width < list.length; width *= 2) {
    for (let start = 0; start + width < list.length; start += 2 * width) {
      sorter.merge(start, start + width, Math.min(start + 2 * width, list.length));
    }
  }
}

class Sorter<T> {
  constructor(
    private readonly list: T[],
    private readonly lessThan: (a: T, b: T) => boolean,
  ) {}

  insertion(start: number, end: number): void {
    for (let at = start + 1; at < end; at++) {
      for (let to = at; to > start && this.less(to, to - 1); to--) this.swap(to, to - 1);
    }
  }

  /** Merge the sorted runs [start, middle) and [middle, end). */
  merge(start: number, middle: number, end: number): void {
    if (middle - start === 1) this.insertFirst(start, middle, end);
    else if (end - middle === 1) this.insertLast(start, middle);
    else this.mergeHalves(start, middle, end);
  }

  /** Exchange parts of the two runs so that the halves can be merged separately. */
  private mergeHalves(start: number, middle: number, end: number): void {
    const half = (start + end) >>> 1;
    const sum = half + middle;
    let low = middle > half ? sum - end : start;
    let high = middle > half ? half : middle;
    while (low < high) {
      const at = (low + high) >>> 1;
      if (this.less(sum - 1 - at, at)) high = at;
      else low = at + 1;
    }
    const last = sum - low;
    if (low < middle && middle < last) this.rotate(low, middle, last);
    if (start < low && low < half) this.merge(start, low, half);
    if (half < last && last < end) this.merge(half, last, end);
  }

  /** The first run has one element: put it where it belongs in the second. */
  private insertFirst(start: number, middle: number, end: number): void {
    let [low, high] = [middle, end];
    while (low < high) {
      const at = (low + high) >>> 1;
      if (this.less(at, start)) low = at + 1;
      else high = at;
    }
    for (let at = start; at < low - 1; at++) this.swap(at, at + 1);
  }

  /** The second run has one element: put it where it belongs in the first. */
  private insertLast(start: number, middle: number): void {
    let [low, high] = [start, middle];
    while (low < high) {
      const at = (low + high) >>> 1;
      if (this.less(middle, at)) high = at;
      else low = at + 1;
    }
    for (let at = middle; at > low; at--) this.swap(at, at - 1);
  }

  /** Exchange the blocks [start, middle) and [middle, end), each in its order. */
  private rotate(start: number, middle: number, end: number): void {
    const first = this.list.slice(start, middle);
    this.list.copyWithin(start, middle, end);
    for (const [at, element] of first.entries()) this.list[start + end - middle + at] = element;
  }

  private less(a: number, b: number): boolean {
    return this.lessThan(this.list[a] as T, this.list[b] as T);
  }

  private swap(a: number, b: number): void {
    const kept = this.list[a] as T;
    this.list[a] = this.list[b] as T;
    this.list[b] = kept;
  }
}
