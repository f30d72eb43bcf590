// Paths: the steps from the document's root to a value. `["apps","http"]` in code, `/apps/http` in
// print, `/config/apps/http` in a URL, where a step may hold "/" as %2F.

/** Steps from the root; an array's step is its index as a canonical decimal. */
export type Path = readonly string[];

/** Write a path for people; `parsePath` reads it back. The root is the empty text. */
export function printPath(path: Path): string {
  return path.map((step) => `/${step.replace(/[%/?#]/g, encodeURIComponent)}`).join("");
}

/** Write a path for a header: as `printPath`, but of visible ASCII that needs no quoting only. */
export function encodePath(path: Path): string {
  return printPath(path).replace(/[^!#-+\--~]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** Write a JSON Pointer (RFC 6901). */
export function printPointer(path: Path): string {
  return path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
