// The documents that the bench measures with: n sites, told apart by their host, each an `@id`, a
// matcher, and a subroute that sets a header and answers. Caddy and Graft get the same text.

import type { Json } from "../../src/document/index.js";

/** Where a server that is measured listens. */
export interface Ports {
  readonly admin: number;
  readonly http: number;
}

/** The host name of a site. */
export function hostOf(site: number): string {
  return `site-${site}.example`;
}

/** What a site answers until it is changed. */
export function bodyOf(site: number): string {
  return `This is site ${site}.`;
}

/** Where the body of a site's answer stands in the admin API. */
export function bodyPath(site: number): string {
  return `/id/site-${site}/handle/0/routes/0/handle/1/body`;
}

/** Sites 0 to n-1 in this order. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, site) => site);
}

/** The same sites, with one of them moved to the front. */
export function movedToFront(sites: readonly number[], site: number): number[] {
  return [site, ...sites.filter((other) => other !== site)];
}

/** A document with these sites, as text; `first` routes stand before them. */
export function documentOf(
  sites: readonly number[],
  ports: Ports,
  first: readonly Json[] = [],
): string {
  const web = {
    listen: [`127.0.0.1:${ports.http}`],
    automatic_https: { disable: true },
    routes: [...first, ...sites.map(routeOf)],
  };
  return JSON.stringify({
    admin: { listen: `127.0.0.1:${ports.admin}` },
    apps: { http: { servers: { web } } },
  });
}

function routeOf(site: number): Json {
  const answer = [
    { handler: "headers", response: { set: { "X-Site": [String(site)] } } },
    { handler: "static_response", body: bodyOf(site) },
  ];
  return {
    "@id": `site-${site}`,
    match: [{ host: [hostOf(site)] }],
    handle: [{ handler: "subroute", routes: [{ handle: answer }] }],
  };
}
