// 200 changes per second for a minute, at 10,000 routes, while visitors come: nobody may notice.

import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "./client.js";
import type { Running } from "./contender.js";
import { bodyPath, upTo } from "./document.js";
import { exactly, type Row } from "./figures.js";
import type { RateOutcome } from "./rate-client.js";
import { type Bench, type Work, withServers } from "./work.js";

const ROUTES = 10_000;
const CHANGES_PER_SECOND = 200;
const SECONDS = 60;
const IDLE_SECONDS = 15;
const REQUESTS_PER_SECOND = 1000;
const CONNECTIONS = 20;
/** Clients that change the document, so that a slow answer does not lower the rate. */
const CHANGERS = 8;
/** The visitors keep to one CPU. The server takes what is left, with all its threads. */
const CLIENT_CPU = 1;

/** How long nothing else ran on the event loop. */
interface Stalls {
  readonly max_ms: number;
  readonly percentiles_ms: readonly (readonly [number, number])[];
}

/** What traffic and event loop were like for a while. */
interface Watched {
  readonly traffic: RateOutcome;
  readonly stalls: Stalls;
}

/** Traffic while the document changes, beside traffic while it does not. */
export const soakTraffic: Work = {
  name: "soak-traffic",
  summary: "200 changes/s for a minute at 10,000 routes under traffic",
  long: true,
  async run(bench) {
    const own = bench.contenders.filter(({ name }) => name === "Graft");
    const watch = async ([server]: readonly Running[]) => soak(bench, server as Running);
    return withServers(own, upTo(ROUTES), watch);
  },
};

async function soak(bench: Bench, server: Running): Promise<Row[]> {
  bench.say(`${IDLE_SECONDS} s of traffic without changes, to warm up, then to compare with`);
  await watched(bench, server, IDLE_SECONDS);
  const idle = await watched(bench, server, IDLE_SECONDS);
  bench.say(`${SECONDS} s with ${CHANGES_PER_SECOND} changes/s`);
  const [busy, changes] = await Promise.all([watched(bench, server, SECONDS), changing(server)]);
  tell(bench, "idle", idle.stalls);
  tell(bench, "under changes", busy.stalls);
  return rowsOf(idle, busy, changes);
}

function rowsOf(idle: Watched, busy: Watched, changes: readonly number[]): Row[] {
  const count = { unit: "count", better: "less", limit: 0 } as const;
  const ms = { unit: "ms", better: "less" } as const;
  const { failed, dropped, sent } = busy.traffic;
  const sorted = [...changes].sort((a, b) => a - b);
  const against = "Graft, idle";
  return [
    { ...count, work: `failed of ${sent} requests under changes`, graft: exactly(failed) },
    { ...count, work: `dropped of ${CONNECTIONS} connections`, graft: exactly(dropped) },
    {
      unit: "count",
      better: "more",
      work: `changes in ${SECONDS} s`,
      graft: exactly(changes.length),
      limit: CHANGES_PER_SECOND * SECONDS * 0.99,
    },
    {
      ...ms,
      work: "p99 of traffic under changes",
      peer: exactly(idle.traffic.p99),
      against,
      graft: exactly(busy.traffic.p99),
      reach: 1 / 3,
    },
    {
      ...ms,
      work: "longest stall of the event loop under changes",
      peer: exactly(idle.stalls.max_ms),
      against,
      graft: exactly(busy.stalls.max_ms),
      limit: 20,
    },
    { ...ms, work: "p50 of a PATCH", graft: exactly(sorted[sorted.length >> 1] ?? Number.NaN) },
    { ...ms, work: "p99 of a PATCH", graft: exactly(sorted[(sorted.length * 0.99) | 0] ?? 0) },
  ];
}

/** Traffic for some seconds, and how the server's event loop took it. */
async function watched(bench: Bench, server: Running, seconds: number): Promise<Watched> {
  // The admin connection of the server is busy meanwhile, so this has one of its own.
  const admin = new Client(server.place.ports.admin);
  const [traffic, answer] = await Promise.all([
    trafficTo(bench, server, seconds),
    admin.ask({ path: `/debug/pprof/stalls?seconds=${seconds}` }),
  ]);
  admin.close();
  return { traffic, stalls: JSON.parse(answer.body.toString()) as Stalls };
}

function trafficTo(bench: Bench, { place }: Running, seconds: number): Promise<RateOutcome> {
  const script = fileURLToPath(new URL("rate-client.js", import.meta.url));
  const numbers = [place.ports.http, ROUTES, CONNECTIONS, REQUESTS_PER_SECOND, seconds].map(String);
  const pin = bench.taskset ? ["taskset", "-c", String(CLIENT_CPU)] : [];
  const [command = "", ...args] = [...pin, process.execPath, script, ...numbers];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(chunks).toString()) as RateOutcome);
      else reject(new Error(`the traffic client ended with ${code}`));
    });
  });
}

/** Change one site after the other at a steady rate. Tells how long each change took. */
async function changing({ place }: Running): Promise<number[]> {
  const clients = Array.from({ length: CHANGERS }, () => new Client(place.ports.admin));
  const asked: Promise<number>[] = [];
  const began = performance.now();
  while (performance.now() - began < SECONDS * 1000) {
    const due = ((performance.now() - began) / 1000) * CHANGES_PER_SECOND;
    while (asked.length < due) asked.push(changeOne(clients, asked.length));
    await sleep(1);
  }
  const took = await Promise.all(asked);
  for (const client of clients) client.close();
  return took;
}

async function changeOne(clients: readonly Client[], count: number): Promise<number> {
  const path = bodyPath((count * 7919) % ROUTES);
  const body = JSON.stringify(`Change ${count}.`);
  const client = clients[count % clients.length] as Client;
  return (await client.ask({ method: "PATCH", path, body })).ms;
}

function tell(bench: Bench, when: string, { percentiles_ms, max_ms }: Stalls): void {
  const steps = percentiles_ms.map(([share, ms]) => `${share.toFixed(3)} % ≤ ${ms.toFixed(1)} ms`);
  bench.say(`event loop ${when}: ${steps.join(", ")}, longest ${max_ms.toFixed(1)} ms`);
}
