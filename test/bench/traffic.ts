// Requests per second. The server has one core and the load generator the other, so that a server
// with threads and one without have the same to work with.

import { execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Running } from "./contender.js";
import { bodyOf, hostOf, upTo } from "./document.js";
import { type Bench, inTurns, type Measured, rowOf, type Work, withServers } from "./work.js";

const SERVER_CPU = 0;
const WRK_CPU = 1;
const CONNECTIONS = 32;
const SECONDS = 2;
const ROUNDS = 5;
const MANY = 10_000;

/** How much a server answers for the last of many sites. */
export const manySites: Work = {
  name: "many-sites",
  summary: "requests/s to the last of 10,000 sites, and of ten",
  async run(bench) {
    if (!bench.wrk) return [];
    bench.say("requests to the last of many sites");
    // All of them are up at the same time and take turns, so that they meet the same machine.
    const measured = await serve(bench, 10, (few) =>
      serve(bench, MANY, (many) => rates(bench, [...few, ...many])),
    );
    const of = (sites: number): Measured => ({
      Caddy: measured[`Caddy ${sites}`],
      Graft: measured[`Graft ${sites}`],
    });
    const row = { unit: "1/s", better: "more" } as const;
    const ten = rowOf(of(10), { work: "requests/s to the last of ten sites", ...row });
    const work = "requests/s to the last of 10,000 sites";
    const many = rowOf(of(MANY), { work, ...row, reach: 30 });
    const against = "Graft, ten sites";
    return [ten, many, { ...many, work, peer: ten.graft, against, reach: 0.8 }];
  },
};

/** How much a server answers when it has nothing to search. */
export const oneSite: Work = {
  name: "one-site",
  summary: "requests/s to one site with a static answer, beside Caddy and bare node:http",
  async run(bench) {
    if (!bench.wrk) return [];
    bench.say("requests to one site");
    const bare = await startBare(bench);
    try {
      const measured = await serve(bench, 1, (targets) => rates(bench, [...targets, bare]));
      const row = { unit: "1/s", better: "more" } as const;
      const work = "requests/s, one site, static answer";
      const contenders = { Caddy: measured["Caddy 1"], Graft: measured["Graft 1"] };
      const besideCaddy = rowOf(contenders, { work, ...row, reach: 1 });
      const against = "node:http";
      return [besideCaddy, { ...besideCaddy, peer: measured.bare, against, reach: 0.75 }];
    } finally {
      bare.stop();
    }
  },
};

/** Something to ask, and the site to ask for. */
interface Target {
  readonly name: string;
  readonly port: number;
  readonly site: number;
}

/** Let targets take turns, after a round that only warms them up. */
async function rates(bench: Bench, targets: readonly Target[]): Promise<Measured> {
  for (const target of targets) await requestRate(bench, target);
  return inTurns(targets, (target) => requestRate(bench, target), ROUNDS, 0);
}

function serve<T>(bench: Bench, sites: number, use: (targets: Target[]) => Promise<T>): Promise<T> {
  const targetOf = ({ name, place }: Running): Target => {
    return { name: `${name} ${sites}`, port: place.ports.http, site: sites - 1 };
  };
  const cpu = bench.taskset ? SERVER_CPU : undefined;
  return withServers(bench.contenders, upTo(sites), (all) => use(all.map(targetOf)), cpu);
}

/** One run of wrk. Answers that are no success, and broken connections, fail the bench. */
async function requestRate(bench: Bench, { port, site }: Target): Promise<number> {
  const wrk = ["wrk", "-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "-H", `Host: ${hostOf(site)}`];
  const [command = "", ...args] = [...pin(bench, WRK_CPU), ...wrk, `http://127.0.0.1:${port}/`];
  const { stdout } = await promisify(execFile)(command, args);
  if (/Non-2xx|connect [1-9]|read [1-9]|write [1-9]/.test(stdout)) throw new Error(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

function pin({ taskset }: Bench, cpu: number): string[] {
  return taskset ? ["taskset", "-c", String(cpu)] : [];
}

/** The same answer from Node alone. */
async function startBare(bench: Bench): Promise<Target & { stop(): void }> {
  const script = fileURLToPath(new URL("bare-server.js", import.meta.url));
  const [command = "", ...args] = [...pin(bench, SERVER_CPU), process.execPath, script, bodyOf(0)];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the bare server ended with ${code}`)));
    child.stdout.once("data", (text: Buffer) => resolve(Number(text.toString())));
  });
  return { name: "bare", port, site: 0, stop: () => void child.kill("SIGTERM") };
}
