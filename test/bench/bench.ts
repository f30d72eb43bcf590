// `npm run bench [-- name…]`: what Graft costs, measured beside Debian's Caddy in the same run.

import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { adapt, loadCaddyfile, watchCaddyfile } from "./caddyfile.js";
import { load, patch, read, reload } from "./changes.js";
import { caddy, graft } from "./contender.js";
import { type Row, ratioOf, reached } from "./figures.js";
import { soakHeap } from "./soak-heap.js";
import { soakTraffic } from "./soak-traffic.js";
import { soakWebsockets } from "./soak-websockets.js";
import { memory, starting } from "./starts.js";
import { printTable } from "./table.js";
import { manySites, oneSite } from "./traffic.js";
import type { Bench, Work } from "./work.js";

const works: readonly Work[] = [
  ...[patch, load, reload, read],
  ...[manySites, oneSite, memory, starting],
  ...[adapt, loadCaddyfile, watchCaddyfile],
  ...[soakTraffic, soakWebsockets, soakHeap],
];

const USAGE = `npm run bench [-- name…] [--json] [--alone] [--node-flag=--cpu-prof…]

  --json       print the figures as JSON
  --alone      measure Graft without Caddy
  --node-flag  a flag for the Node that runs Graft; may be given several times

A name stands for all that begin with it. Without one everything runs but the soaks.

${works.map(({ name, summary }) => `  ${name.padEnd(15)} ${summary}`).join("\n")}
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean" },
      json: { type: "boolean" },
      alone: { type: "boolean" },
      "node-flag": { type: "string", multiple: true },
    },
  });
  const chosen = choose(positionals);
  if (values.help || chosen === undefined) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 1;
  }
  const bench = prepare(values.alone === true, values["node-flag"] ?? []);
  const rows: Row[] = [];
  for (const work of chosen) rows.push(...(await work.run(bench)));
  process.stdout.write(values.json ? `${printJson(rows)}\n` : `${printTable(rows)}\n`);
  return 0;
}

/** The works of these names, or all that are short; undefined when a name is unknown. */
function choose(names: readonly string[]): readonly Work[] | undefined {
  if (names.length === 0) return works.filter(({ long }) => long !== true);
  const found = works.filter(({ name }) => names.some((wanted) => name.startsWith(wanted)));
  const known = names.every((wanted) => works.some(({ name }) => name.startsWith(wanted)));
  return known ? found : undefined;
}

function prepare(alone: boolean, flags: readonly string[]): Bench {
  const say = (text: string) => void process.stderr.write(`bench: ${text}\n`);
  const missing = (["caddy", "wrk", "taskset"] as const).filter((tool) => !installed(tool));
  for (const tool of missing) say(`${tool} is missing; ${WITHOUT[tool]}`);
  const peers = alone || missing.includes("caddy") ? [] : [caddy];
  const taskset = !missing.includes("taskset") && cpus().length > 1;
  return { contenders: [...peers, graft(flags)], wrk: !missing.includes("wrk"), taskset, say };
}

const WITHOUT = {
  caddy: "only Graft is measured",
  wrk: "requests per second are not measured",
  taskset: "servers share their cores with the load",
};

function installed(tool: string): boolean {
  return spawnSync("which", [tool], { stdio: "ignore" }).status === 0;
}

function printJson(rows: readonly Row[]): string {
  const told = rows.map((row) => ({ ...row, ratio: ratioOf(row), reached: reached(row) }));
  return JSON.stringify(told, null, 2);
}

process.exit(await main());
