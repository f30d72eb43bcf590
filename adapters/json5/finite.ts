// JSON5 can write numbers that JSON cannot. They would become null in the journal, so they are found
// before anybody keeps them.

import {
  isArray,
  isContainer,
  type Json,
  type JsonObject,
  MAX_DEPTH,
  type Path,
} from "../../src/document/index.js";

/** The path of the first number that is not finite, in what is not nested too deep to be frozen. */
export function findNotFinite(value: Json): Path | undefined {
  const path: string[] = [];
  return search(value, path) ? path : undefined;
}

/** Search depth first, with `path` as the steps taken; it is left standing at what was found. */
function search(value: Json, path: string[]): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  if (!isContainer(value) || path.length >= MAX_DEPTH) return false;
  if (isArray(value)) return value.some((item, index) => searchChild(item, String(index), path));
  return Object.keys(value).some((key) =>
    searchChild((value as JsonObject)[key] as Json, key, path),
  );
}

function searchChild(child: Json, step: string, path: string[]): boolean {
  if (typeof child !== "number" && !isContainer(child)) return false;
  path.push(step);
  if (search(child, path)) return true;
  path.pop();
  return false;
}
