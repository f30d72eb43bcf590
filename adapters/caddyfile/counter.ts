// Numbers for what has no name of its own: groups of routes, access logs.

/** Numbers in a row. */
export class Counter {
  constructor(private following = 0) {}

  /** The number that is the next. */
  get count(): number {
    return this.following;
  }

  /** Take the next number. */
  next(): number {
    return this.following++;
  }

  /** Leave out so many numbers. */
  skip(numbers: number): void {
    this.following += numbers;
  }
}
