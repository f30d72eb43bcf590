// Adding many elements to a list.

/** Not `push(...more)`: that puts every element on the stack, which is not endless. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const element of more) list.push(element);
}
