// A site's routes, as its server has them: one route that matches the site's addresses, and ends
// there, with everything of the site inside.

import type { Json } from "../../../src/document/index.js";
import { type Handler, type MatcherSet, type Route, routeWith } from "../contribution.js";
import type { ServedSite } from "./plan.js";
import type { Key } from "./site.js";

/** The routes of one of a server's sites, made of what the site's directives gave. */
export function siteRoutes(
  { site, keys }: ServedSite,
  routes: readonly Route[],
  isAlone: boolean,
): readonly Route[] {
  const match = addressMatchers(keys);
  if (match.length === 0 && routes.length === 0) return [];
  // Host matchers at the top of a server name the hosts that get certificates. One that a person
  // wrote inside a site is for something else, so there the subroute stays.
  if (match.length === 0 && isAlone && !routes.some(matchesHosts)) return routes;

  const { marks } = site.scope.run;
  const token = keys[0]?.token;
  const handle: Handler[] = routes.length > 0 ? [{ handler: "subroute", routes }] : [];
  const given = <Part>(part: readonly Part[]) => (part.length > 0 ? part : undefined);
  const route = routeWith(undefined, given(match), given(handle), true);
  if (token !== undefined) for (const made of [route, ...handle]) marks.mark(made, token);
  return [route];
}

/** A matcher set for each path among the addresses, with the hosts it is for. */
function addressMatchers(keys: readonly Key[]): readonly MatcherSet[] {
  const [first, ...more] = keys;
  if (first !== undefined && more.length === 0) {
    const { host, path } = first.address;
    return matcherSets(host === "" ? [] : [host], path);
  }
  const hostsByPath = new Map<string, Set<string>>();
  let anyHost = false;
  for (const { address } of keys) {
    const { host, path } = address;
    let hosts = hostsByPath.get(path);
    if (hosts === undefined) {
      hosts = new Set();
      hostsByPath.set(path, hosts);
    }
    if (host === "" && !anyHost) {
      hosts.clear();
      anyHost = true;
    }
    if (!anyHost) hosts.add(host);
  }
  return [...hostsByPath].flatMap(([path, hosts]) => matcherSets([...hosts], path));
}

/** A matcher set for hosts, and a path; none when it would match everything. */
function matcherSets(hosts: readonly string[], path: string): readonly MatcherSet[] {
  if (hosts.length === 0 && path === "") return [];
  const set: Record<string, Json> = {};
  if (hosts.length > 0) set.host = hosts;
  if (path !== "") set.path = [path];
  return [set];
}

function matchesHosts({ match = [] }: Route): boolean {
  return match.some((set) => Object.hasOwn(set, "host"));
}
