// Caddyfiles of many sites: what it costs to adapt one, to load one, and to change a line of one.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { caddyfileOf, greetingOf } from "./caddyfile-text.js";
import { type Contender, type Running, start, UP_MS } from "./contender.js";
import { documentOf, hostOf } from "./document.js";
import { exactly, type Row } from "./figures.js";
import { type Bench, inPlace, inTurns, rowOf, type Work } from "./work.js";

const SITES = 10_000;
const FEW = 1000;
const MANY = 50_000;
/** How often it is asked whether an edit is live. */
const ASK_EVERY_MS = 5;
/** An edit that is not live by then never will be. */
const PATIENCE_MS = 60_000;

/** `adapt` as a whole process, and how its cost grows. */
export const adapt: Work = {
  name: "adapt",
  summary: "adapt a Caddyfile of 10,000 sites, as a process; and of 1,000 and 50,000",
  async run({ contenders, say }) {
    say("adapting Caddyfiles");
    const measured = await inTurns(contenders, (one) => adaptMs(one, SITES), 3, 0);
    const own = contenders.filter(({ name }) => name === "Graft");
    const few = await inTurns(own, (one) => adaptMs(one, FEW), 3, 0);
    const many = await inTurns(own, (one) => adaptMs(one, MANY), 2, 0);
    const perSite = (many.Graft?.median ?? 0) / MANY / ((measured.Graft?.median ?? 1) / SITES);
    const ms = { unit: "ms", better: "less" } as const;
    return [
      rowOf(measured, { work: "adapt a Caddyfile of 10,000 sites", ...ms, reach: 8 }),
      rowOf(few, { work: "adapt a Caddyfile of 1,000 sites", ...ms }),
      rowOf(many, { work: "adapt a Caddyfile of 50,000 sites", ...ms }),
      {
        work: "cost of a site among 50,000, to one among 10,000",
        unit: "count",
        better: "less",
        graft: exactly(perSite),
        limit: 1.5,
      },
    ];
  },
};

function adaptMs({ command, env }: Contender, sites: number): Promise<number> {
  return inPlace(async ({ dir }, ports) => {
    const file = join(dir, "Caddyfile");
    await writeFile(file, caddyfileOf(sites, ports));
    const [program = "", ...flags] = command;
    const args = [...flags, "adapt", "--config", file, "--adapter", "caddyfile"];
    const began = performance.now();
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "ignore"],
    });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`${program} adapt ended with ${code}`);
    return performance.now() - began;
  });
}

/** A whole Caddyfile, to a server that knows none of it. */
export const loadCaddyfile: Work = {
  name: "load-caddyfile",
  summary: "POST /load of a Caddyfile of 10,000 sites",
  async run({ contenders, say }) {
    say("loading a Caddyfile");
    const measured = await inTurns(contenders, loadMs, 3, 0);
    const work = "POST /load of a Caddyfile of 10,000 sites";
    return [rowOf(measured, { work, unit: "ms", better: "less", reach: 8 })];
  },
};

function loadMs(contender: Contender): Promise<number> {
  return inPlace(async (place, ports) => {
    const server = await start(contender, { place, document: documentOf([0], ports), site: 0 });
    try {
      const body = caddyfileOf(SITES, ports);
      await sleep(UP_MS);
      const type = "text/caddyfile";
      const { ms } = await server.admin.ask({ method: "POST", path: "/load", body, type });
      await expectGreeting(server, SITES - 1, greetingOf(SITES - 1));
      return ms;
    } finally {
      await server.stop();
    }
  });
}

/** A line of a Caddyfile that is watched. */
export const watchCaddyfile: Work = {
  name: "watch-caddyfile",
  summary: "run --watch on a Caddyfile of 10,000 sites: from a one-line edit until it is live",
  async run(bench: Bench): Promise<Row[]> {
    bench.say("watching a Caddyfile");
    const measured = await inTurns(bench.contenders, watchMs, 2, 0);
    const work = "--watch: a line of a Caddyfile of 10,000 sites edited, until it is live";
    return [rowOf(measured, { work, unit: "ms", better: "less", limit: 500 })];
  },
};

function watchMs(contender: Contender): Promise<number> {
  return inPlace(async (place, ports) => {
    const text = caddyfileOf(SITES, ports);
    const config = { name: "Caddyfile", text, flags: ["--adapter", "caddyfile", "--watch"] };
    const server = await start(contender, { place, config, site: 0 });
    try {
      const site = SITES >> 1;
      const edited = `Edited: ${greetingOf(site)}`;
      const file = join(place.dir, config.name);
      await sleep(UP_MS);
      await writeFile(
        `${file}.new`,
        (await readFile(file, "utf8")).replace(greetingOf(site), edited),
      );
      const began = performance.now();
      await rename(`${file}.new`, file);
      await expectGreeting(server, site, edited);
      return performance.now() - began;
    } finally {
      await server.stop();
    }
  });
}

/** Wait until a site answers with a text. */
async function expectGreeting({ traffic, name }: Running, site: number, text: string) {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const asked = traffic.answer({ path: "/", host: hostOf(site) });
    const answer = await asked.catch(() => undefined);
    if (answer?.status === 200 && answer.body.toString() === text) return;
    await sleep(ASK_EVERY_MS);
  }
  throw new Error(`${name} does not serve site ${site} with "${text}"`);
}
