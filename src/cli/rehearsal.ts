// A rehearsal: code that has run some thousand times is several times as fast as code that runs for
// the first time, and the first change of a server may well be one of ten thousand sites. So a
// server goes through documents of its own in its first idle moments. None of them is ever served.

import { setTimeout as sleep } from "node:timers/promises";
import { caddyfile } from "../../adapters/caddyfile/index.js";
import { freeze, type Json, parseJson, Renderer } from "../document/index.js";
import type { Graft } from "../graft.js";

/** A process that only just came up has other things to do. */
const DELAY_MS = 500;
/** Who came up with so many modules has done what would be rehearsed. */
const MANY_UNITS = 2000;
/** Rounds of more and more sites, so that each is over in a few milliseconds. */
const ROUNDS = 56;
const ROUNDS_PER_SITE = 4;
const MOST_SITES = 8;
/** The event loop is idle when it had nothing to do for half of this; if not, that is asked later. */
const IDLE_MS = 5;
const IDLE_UTILIZATION = 0.5;
const BUSY_MS = 50;

/** Rehearse changes of a server that serves, when nobody wants anything. Keeps no process running. */
export async function rehearse(graft: Pick<Graft, "validate" | "inventory">): Promise<void> {
  await pause(DELAY_MS);
  if (graft.inventory.units >= MANY_UNITS) return;
  for (let round = 0; round < ROUNDS; round++) {
    for (const _ of rehearseOnce(graft, round)) await idleness();
  }
}

/** Resolves when the event loop was idle for a moment. */
async function idleness(): Promise<void> {
  for (;;) {
    const before = performance.eventLoopUtilization();
    await pause(IDLE_MS);
    if (performance.eventLoopUtilization(before).utilization < IDLE_UTILIZATION) return;
    await pause(BUSY_MS);
  }
}

function pause(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}

/** Read a config, as a Caddyfile and as JSON, build it, and write it down, one at each step. */
export function* rehearseOnce(graft: Pick<Graft, "validate">, round: number): Iterable<void> {
  const count = Math.min(1 + Math.floor(round / ROUNDS_PER_SITE), MOST_SITES);
  const sites = Array.from({ length: count }, (_, site) => sitesOf(`site-${round}-${site}`));
  const { document } = caddyfile.adapt(sites.join("\n"), { env: {} });
  yield;
  graft.validate(freeze(document));
  yield;
  const posted = parseJson(withIds(document));
  graft.validate(posted);
  yield;
  new Renderer().render(posted, []);
}

/** Sites as many have them: one that answers by itself, and one that hands on. */
function sitesOf(name: string): string {
  return `http://${name}.example:8080 {
	header X-Site "${name}"
	respond "This is ${name}."
}

http://www.${name}.example:8080 {
	header -Server
	handle /api/* {
		reverse_proxy 127.0.0.1:9000
	}
	handle {
		root * /srv/${name}
		rewrite /home /index.html
		file_server
	}
}
`;
}

/** The text of a document whose routes have an `@id`, as those want it who change them singly. */
function withIds(document: Json): string {
  let count = 0;
  return JSON.stringify(document).replaceAll('{"match":', () => `{"@id":"${++count}","match":`);
}
