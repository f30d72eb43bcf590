// What a process costs that serves 10,000 routes: time until it does, and memory.

import { setTimeout as sleep } from "node:timers/promises";
import { type Contender, type Running, start } from "./contender.js";
import { bodyPath, documentOf, upTo } from "./document.js";
import { inPlace, inTurns, rowOf, type Work, withServers } from "./work.js";

const ROUTES = 10_000;
const ROUNDS = 3;
/** How long a server may tidy up before its memory is read. */
const SETTLE_MS = 3000;

/** From the start of the process to the first answer. */
export const starting: Work = {
  name: "start",
  summary: "cold start and --resume of 10,000 routes, to the first answer",
  async run({ contenders, say }) {
    say("cold start and resume");
    const resumes = new Map<string, number[]>();
    const cold = async (contender: Contender) => {
      const [first, again] = await startTwice(contender);
      resumes.set(contender.name, [...(resumes.get(contender.name) ?? []), again]);
      return first;
    };
    const first = await inTurns(contenders, cold, ROUNDS, 0);
    const again = await inTurns(
      contenders,
      async ({ name }) => resumes.get(name)?.pop() ?? 0,
      ROUNDS,
      0,
    );
    const row = { unit: "ms", better: "less", reach: 1 } as const;
    return [
      rowOf(first, { work: "cold start, 10,000 routes, to the first answer", ...row }),
      rowOf(again, { work: "--resume, 10,000 routes, to the first answer", ...row }),
    ];
  },
};

function startTwice(contender: Contender): Promise<[number, number]> {
  return inPlace(async (place, ports) => {
    const site = ROUTES - 1;
    const document = documentOf(upTo(ROUTES), ports);
    const first = await start(contender, { place, document, site });
    await sleep(SETTLE_MS / 2);
    await first.stop();
    const again = await start(contender, { place, site });
    await again.stop();
    return [first.startedMs, again.startedMs];
  });
}

/** Resident memory, after the start and after some changes. */
export const memory: Work = {
  name: "memory",
  summary: "resident memory at 10,000 routes, after the start and after changes",
  async run({ contenders, say }) {
    say("memory");
    return withServers(contenders, upTo(ROUTES), async (servers) => {
      await sleep(SETTLE_MS);
      const after = (server: Running) => server.memoryMb();
      const started = await inTurns(servers, after, 1, 0);
      for (const server of servers) await change(server, 10);
      await sleep(SETTLE_MS);
      const changed = await inTurns(servers, after, 1, 0);
      const row = { unit: "MB", better: "less", reach: 1 } as const;
      return [
        rowOf(started, { work: "memory, 10,000 routes, started", ...row }),
        rowOf(changed, { work: "memory, 10,000 routes, after ten changes", ...row }),
      ];
    });
  },
};

async function change({ admin }: Running, count: number): Promise<void> {
  for (let site = 0; site < count; site++) {
    await admin.ask({ method: "PATCH", path: bodyPath(site), body: JSON.stringify("Changed.") });
  }
}
