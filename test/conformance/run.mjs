// `npm run conformance`: Graft beside the real Caddy. The same requests go to both admin endpoints,
// and the same documents are served by both; what comes back has to be the same. Documented
// differences stand in `differences.mjs`. Without a `caddy` on the PATH everything is skipped.
//
//   GRAFT_TEST_SEED=N   the seed of the random sequences, printed at each run
//   GRAFT_TEST_STEPS=N  how many requests there are
//   GRAFT_TEST_FILES=N  how many Caddyfiles are adapted by both
//   GRAFT_TEST_SERVERS=N  how many servers drawn by chance, and as many proxies, both serve

import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const SEQUENCE = 100;
const steps = Number(process.env.GRAFT_TEST_STEPS ?? 600);
const files = Number(process.env.GRAFT_TEST_FILES ?? 300);
const servers = Number(process.env.GRAFT_TEST_SERVERS ?? 60);

const setup = fileURLToPath(new URL("../support/setup.mjs", import.meta.url));
execFileSync(process.execPath, [setup, "--build"], { stdio: "inherit" });
const { seedOf } = await import("../../dist/test/support/seed-of.js");
const seed = seedOf(process.env.GRAFT_TEST_SEED);
const { compareSequence } = await import("./admin.mjs");
const { compareCaddyfiles } = await import("./caddyfile.mjs");
const { compareDrawn, compareServed, servedCases } = await import("./served.mjs");
const { REQUESTS } = await import("./served-grammar.mjs");
const { compareProxied, PROXIED } = await import("./proxied.mjs");

const counts = { passed: 0, failed: 0, skipped: 0 };
const differences = new Map();

if (spawnSync("caddy", ["version"], { stdio: "ignore" }).status === 0) await compare();
else {
  console.log("skipped: there is no caddy on the PATH");
  counts.skipped = steps + files + servedCases + servers * (REQUESTS + PROXIED);
}
for (const [name, { reason, times }] of differences) {
  console.log(`differs on purpose, ${times} times: ${name}. ${reason}`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

async function compare() {
  const { startPeers } = await import("./peers.mjs");
  const peers = await startPeers();
  try {
    console.log(`admin API: ${steps} requests, GRAFT_TEST_SEED=${seed}`);
    for (let from = 0; from < steps; from += SEQUENCE) {
      await compareSequence(peers, seed + from, Math.min(SEQUENCE, steps - from), report);
    }
    console.log(`Caddyfiles: ${files}, GRAFT_TEST_SEED=${seed}`);
    await compareCaddyfiles(seed, files, report);
    console.log("served answers:");
    counts.skipped += await compareServed(peers, report);
    console.log(`servers, and proxies: ${servers} of each, GRAFT_TEST_SEED=${seed}`);
    await compareDrawn(peers, seed, servers, report);
    await compareProxied(peers, seed, servers, report);
  } finally {
    await peers.stop();
  }
}

/** Count one comparison, and print what is wrong with it. */
function report(fault, text, ...known) {
  for (const difference of known) {
    const times = (differences.get(difference.name)?.times ?? 0) + 1;
    differences.set(difference.name, { ...difference, times });
  }
  counts[fault === undefined ? "passed" : "failed"]++;
  if (fault !== undefined) console.log(`FAILED ${text}\n  ${fault}`);
}
