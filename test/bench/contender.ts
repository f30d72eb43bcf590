// The servers that are measured: Graft and, where it is installed, Caddy. Each runs as a process of
// its own with its own empty state directories, and writes its log to a file there.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "./client.js";
import { hostOf, type Ports } from "./document.js";

/** How long a server may take to answer at all, and to end. */
const START_MS = 120_000;
const STOP_MS = 20_000;
/** How often a server that starts is asked whether it serves. */
const ASK_EVERY_MS = 2;

/** A program that can be measured. */
export interface Contender {
  readonly name: "Caddy" | "Graft";
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Debian's Caddy. */
export const caddy: Contender = { name: "Caddy", command: ["caddy"], env: {} };

/** This Graft, as `npm run build` left it. With `flags` Node has these, instead of those of the command. */
export function graft(flags: readonly string[] = []): Contender {
  const main = fileURLToPath(new URL("../../bin/graft.js", import.meta.url));
  const command = flags.length === 0 ? [main] : [process.execPath, ...flags, main];
  return { name: "Graft", command, env: {} };
}

/** Where a server keeps its state, and which ports it uses. */
export interface Place {
  readonly dir: string;
  readonly ports: Ports;
}

/** A new place. Whoever takes one calls `leave`. */
export async function takePlace(): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), "graft-bench-"));
  const [admin, http] = await Promise.all([freePort(), freePort()]);
  return { dir, ports: { admin, http } };
}

/** Remove what a server left behind. */
export async function leave(place: Place): Promise<void> {
  await rm(place.dir, { recursive: true, force: true });
}

/** A file to start a server with. */
export interface ConfigFile {
  readonly name: string;
  readonly text: string;
  readonly flags: readonly string[];
}

/** How a server is started. */
export interface Start {
  readonly place: Place;
  /** The document to begin with; without it, what the server resumes. */
  readonly document?: string;
  /** Or a config in another format, and the flags that it takes. */
  readonly config?: ConfigFile;
  /** The site whose answer shows that it serves. */
  readonly site: number;
  /** The only CPU it may use. */
  readonly cpu?: number;
}

/** A server that serves. */
export interface Running {
  readonly name: Contender["name"];
  readonly place: Place;
  readonly admin: Client;
  readonly traffic: Client;
  readonly pid: number;
  /** From the spawn to the first good answer. */
  readonly startedMs: number;
  /** The memory it holds, in megabytes. */
  memoryMb(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Servers that are changed have been up for a while. Graft has looked at its schemas and rehearsed
 * by then (src/cli/rehearsal.ts).
 */
export const UP_MS = 3000;

/** Start a server and wait for its first good answer. */
export async function start(contender: Contender, how: Start): Promise<Running> {
  const { place, site } = how;
  const traffic = new Client(place.ports.http);
  const args = await configArguments(how);
  const began = performance.now();
  const child = launch(contender, how, args);
  await firstAnswer(child, traffic, site).catch(async (error) => {
    await end(child);
    const log = await readFile(join(place.dir, "log"), "utf8").catch(() => "");
    throw new Error(`${contender.name} did not start: ${error}\n${log.slice(-2000)}`);
  });
  const startedMs = performance.now() - began;
  const admin = new Client(place.ports.admin);
  return {
    name: contender.name,
    place,
    admin,
    traffic,
    pid: child.pid as number,
    startedMs,
    memoryMb: () => memoryOf(child.pid as number),
    async stop() {
      admin.close();
      traffic.close();
      await end(child);
    },
  };
}

/** Write the config that a server is started with. Tells the flags that name it. */
async function configArguments({ place, document, config }: Start): Promise<readonly string[]> {
  const file = document === undefined ? config : { name: "config.json", text: document, flags: [] };
  if (file === undefined) return ["--resume"];
  const path = join(place.dir, file.name);
  await writeFile(path, file.text);
  return ["--config", path, ...file.flags];
}

function launch(
  contender: Contender,
  { place, cpu }: Start,
  args: readonly string[],
): ChildProcess {
  const pinned = cpu === undefined ? [] : ["taskset", "-c", String(cpu)];
  const [command = "", ...rest] = [...pinned, ...contender.command, "run", ...args];
  const log = openSync(join(place.dir, "log"), "a");
  const state = { XDG_CONFIG_HOME: join(place.dir, "config"), XDG_DATA_HOME: place.dir };
  // One core means one: Go would otherwise start threads for every core of the machine.
  const cores = cpu === undefined ? {} : { GOMAXPROCS: "1" };
  const env = { ...process.env, ...state, ...cores, ...contender.env };
  const child = spawn(command, rest, { env, cwd: place.dir, stdio: ["ignore", log, log] });
  closeSync(log);
  return child;
}

async function firstAnswer(child: ChildProcess, client: Client, site: number): Promise<void> {
  let failed: Error | undefined;
  child.once("error", (error) => {
    failed = error;
  });
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    if (failed) throw failed;
    if (child.exitCode !== null) throw new Error(`exit code ${child.exitCode}`);
    const asked = client.answer({ path: "/", host: hostOf(site) });
    if ((await asked.catch(() => undefined))?.status === 200) return;
    await sleep(ASK_EVERY_MS);
  }
  throw new Error(`no answer within ${START_MS} ms`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(late);
}

async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
