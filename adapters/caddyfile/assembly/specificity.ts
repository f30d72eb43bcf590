// Which of a server's sites comes first. Only one of them answers a request, so that the one with
// the more specific address has to be asked before those that match more.

import { byteLength } from "../compare.js";
import type { ServedSite } from "./plan.js";

/** The sites in the order in which they are asked. */
export function sortSites(sites: readonly ServedSite[]): readonly ServedSite[] {
  if (sites.length < 2) return sites;
  const ranked = sites.map((served) => ({ served, ...rankOf(served) }));
  ranked.sort((a, b) => (comesBefore(a, b) ? -1 : comesBefore(b, a) ? 1 : 0));
  return ranked.map(({ served }) => served);
}

interface Rank {
  /** How specific the most specific of its hosts is; 0 when there is none. */
  readonly host: number;
  /** How long the most specific of its paths is. */
  readonly path: number;
  readonly wildcard: boolean;
}

function rankOf({ keys }: ServedSite): Rank {
  let host = 0;
  let path = "";
  let wildcard = false;
  for (const { address } of keys) {
    if (address.host === "" || address.host.includes("*")) wildcard = true;
    host = Math.max(host, specificity(address.host));
    if (specificity(address.path) > specificity(path)) path = address.path;
  }
  return { host, path: byteLength(path), wildcard };
}

function comesBefore(a: Rank, b: Rank): boolean {
  if (a.host === 0) return false;
  if (b.host === 0) return true;
  if (a.wildcard !== b.wildcard) return b.wildcard;
  return a.host === b.host ? a.path > b.path : a.host > b.host;
}

/** The length of a host or path, less its wildcards and its placeholders. */
function specificity(text: string): number {
  if (!/[*{]/.test(text)) return byteLength(text);
  const vague = [...(text.match(/\{[^}]*\}/g) ?? []), ...(text.match(/\*/g) ?? [])];
  return vague.reduce((length, part) => length - byteLength(part), byteLength(text));
}
