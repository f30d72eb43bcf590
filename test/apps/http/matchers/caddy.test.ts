// The same patterns and paths through Caddy itself, where it is installed: what it says is right.
// Paths that end in a dot are left out: Caddy before 2.7 took dots off everywhere, as Windows does.
// So is `[^a]` between two stars: it may be a slash, and Go gives up on one way to read that.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { path } from "../../../../src/apps/http/matchers/index.js";
import { alone } from "../../../support/alone.js";
import { seedOf } from "../../../support/seed-of.js";
import { asking } from "./asking.js";

const CASES = 1500;
const seed = seedOf(process.env.GRAFT_TEST_SEED);

/** Pieces that are patterns, with and without meaning, and pieces of paths that may fit them. */
const patternPiece = fc.constantFrom(
  "a",
  "b",
  "B",
  "/",
  "/",
  "*",
  "?",
  "[ab]",
  "[^a]",
  "\\a",
  "[",
  "//",
);
const pathPiece = fc.constantFrom(
  "a",
  "b",
  "A",
  "/",
  "/",
  "/..",
  "/.",
  "%61",
  "%2F",
  "c",
  ".",
  "//",
);
const cases = fc.sample(
  fc.record({
    pattern: fc
      .array(patternPiece, { maxLength: 6 })
      .map((pieces) => `/${pieces.join("")}`)
      .filter((pattern) => !/\*.*\[\^.*\*/.test(pattern)),
    url: fc
      .array(pathPiece, { maxLength: 6 })
      .map((pieces) => `/${pieces.join("")}`)
      .filter((url) => !url.endsWith(".")),
  }),
  { seed, numRuns: CASES },
);

const home = mkdtempSync(join(tmpdir(), "graft-caddy-"));
const socketPath = join(home, "http.sock");
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const hasCaddy = isInstalled();
let caddy: ChildProcess | undefined;

function isInstalled(): boolean {
  try {
    execFileSync("caddy", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** One route for each case, which its number picks. */
function configOf(all: readonly { pattern: string }[]): string {
  const routes = all.map(({ pattern }, i) => ({
    match: [{ path: [pattern], header: { "X-Case": [String(i)] } }],
    handle: [{ handler: "static_response", status_code: 204 }],
    terminal: true,
  }));
  const rest = { handle: [{ handler: "static_response", status_code: 404 }] };
  const server = {
    listen: [`unix/${socketPath}`],
    automatic_https: { disable: true },
    routes: [...routes, rest],
  };
  return JSON.stringify({
    admin: { disabled: true, config: { persist: false } },
    logging: { logs: { default: { level: "ERROR" } } },
    apps: { http: { servers: { test: server } } },
  });
}

function ask(i: number, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { Host: "a.example", "X-Case": String(i) };
    const sent = request({ socketPath, agent, path: url, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
}

async function untilServing(): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await ask(-1, "/");
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

beforeAll(async () => {
  if (!hasCaddy) return;
  const config = join(home, "config.json");
  writeFileSync(config, configOf(cases));
  const env = { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
  caddy = spawn("caddy", ["run", "--config", config], { env, stdio: "ignore" });
  await untilServing();
});

afterAll(async () => {
  agent.destroy();
  if (caddy?.exitCode === null) {
    caddy.kill("SIGKILL");
    await once(caddy, "exit");
  }
  rmSync(home, { recursive: true });
});

describe("path patterns beside Caddy's", () => {
  (hasCaddy ? it : it.skip)(`match what it matches (GRAFT_TEST_SEED=${seed})`, async () => {
    const differing = [];
    for (const [i, { pattern, url }] of cases.entries()) {
      const theirs = (await ask(i, url)) === 204;
      const ours = alone(path, [pattern]).match(asking({ url }));
      if (ours !== theirs) differing.push({ pattern, url, ours, theirs });
    }
    expect(differing).toEqual([]);
  });
});
