// Numbers for what has no name of its own: groups of routes, access logs.

/** Numbers in a row, from 0. */
export class Counter {
  private count = 0;

  /** The next number. */
  next(): number {
    return this.count++;
  }
}
