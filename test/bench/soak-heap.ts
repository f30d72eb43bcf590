// What 100,000 changes leave behind on the heap: they are made by a Graft in a process of its own,
// which may collect its garbage when it is told to.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { leave, takePlace } from "./contender.js";
import { exactly } from "./figures.js";
import type { Work } from "./work.js";

/** How long the changes may take. */
const PATIENCE_MS = 400_000;

/** What the process found. */
export interface HeapOutcome {
  readonly changes: number;
  readonly beforeMb: number;
  readonly afterMb: number;
  readonly units: readonly [number, number];
}

/** Compares the heap before and after. */
export const soakHeap: Work = {
  name: "soak-heap",
  summary: "heap growth over 100,000 changes",
  long: true,
  async run({ say }) {
    say("heap growth over 100,000 changes");
    const { changes, beforeMb, afterMb, units } = await measure();
    say(`${changes} changes: heap ${beforeMb.toFixed(1)} → ${afterMb.toFixed(1)} MB`);
    const row = { better: "less" } as const;
    const growth = exactly((afterMb / beforeMb - 1) * 100);
    const leaked = exactly(units[1] - units[0]);
    const after = `after ${changes} changes`;
    return [
      { ...row, work: `heap growth ${after}`, unit: "%", graft: growth, limit: 5 },
      { ...row, work: `instances left over ${after}`, unit: "count", graft: leaked, limit: 0 },
    ];
  },
};

async function measure(): Promise<HeapOutcome> {
  const place = await takePlace();
  const script = fileURLToPath(new URL("heap-changes.js", import.meta.url));
  const args = ["--expose-gc", script, place.dir];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  try {
    return await new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
      child.once("error", reject);
      child.once("close", (code) => {
        if (code === 0) resolve(JSON.parse(Buffer.concat(chunks).toString()) as HeapOutcome);
        else reject(new Error(`the process that changes ended with ${code}`));
      });
    });
  } finally {
    clearTimeout(late);
    await leave(place);
  }
}
