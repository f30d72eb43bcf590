// The Caddyfiles that the bench measures with: n sites, each with a header, two handles, a proxy and
// a file server. Caddy and Graft get the same text.

import { hostOf, type Ports } from "./document.js";

/** What a site answers at `/` until it is changed. */
export function greetingOf(site: number): string {
  return `This is site ${site}.`;
}

/** A Caddyfile with this many sites. Each answers `/` with its greeting. */
export function caddyfileOf(count: number, ports: Ports): string {
  const sites = Array.from({ length: count }, (_, site) => siteOf(site, ports));
  return `{\n\tadmin 127.0.0.1:${ports.admin}\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n\n${sites.join("\n")}`;
}

function siteOf(site: number, { http }: Ports): string {
  return `http://${hostOf(site)}:${http} {
	header X-Site "${site}"
	handle /api/* {
		reverse_proxy 127.0.0.1:${9000 + (site % 100)}
	}
	handle {
		root * /srv/sites/${site}
		respond / "${greetingOf(site)}"
		file_server
	}
}
`;
}
