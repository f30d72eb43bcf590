// The names that decide what a path leads to: the file itself and every symbolic link on the way.
// In Kubernetes, a mounted file changes because a link to its directory does.

import { lstat, readlink, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, parse, resolve, sep } from "node:path";

/** How many links are followed before a path is taken to go in circles. */
const MAX_LINKS = 40;

/** Every link on the way to a file, and what stands at the end of the last, as absolute paths. */
export async function namesOnTheWay(file: string): Promise<readonly string[]> {
  const names: string[] = [];
  let target = resolve(file);
  for (let links = 0; links < MAX_LINKS; links++) {
    const link = await firstLink(target);
    if (link === undefined) break;
    names.push(link.at);
    target = resolve(link.to, link.rest);
  }
  return [...names, target];
}

/** The path, or where it is not there the first part of it that is missing: that will come first. */
export async function nearestTo(path: string): Promise<string> {
  const above = dirname(path);
  const isThere = above === path || (await stat(above).then(Boolean, () => false));
  return isThere ? path : nearestTo(above);
}

/** The first link among the parts of a path, where it leads, and the parts behind it. */
async function firstLink(path: string) {
  const { root } = parse(path);
  const parts = path.slice(root.length).split(sep);
  let at = root;
  for (const [index, part] of parts.entries()) {
    at = join(at, part);
    const stat = await lstat(at).catch(() => undefined);
    if (stat === undefined) return undefined;
    if (!stat.isSymbolicLink()) continue;
    const to = await readlink(at);
    const rest = parts.slice(index + 1).join(sep);
    return { at, to: isAbsolute(to) ? to : join(dirname(at), to), rest };
  }
  return undefined;
}
