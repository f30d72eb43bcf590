// A place for tests of the command: a folder of its own, state directories of its own, and the
// built CLI as child processes that are ended with it.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ask } from "../support/http.js";

const MAIN = resolve("dist/bin/graft.js");
/** How long a test waits for something to be seen before it says what it saw instead. */
const PATIENCE_MS = 20_000;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line of the log. */
export interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A server that runs. */
export interface Running {
  readonly process: ChildProcess;
  /** Every line of the log so far. */
  log(): Line[];
  /** Wait for a line that begins with this, and is not among the first `after` lines. */
  seen(message: string, after?: number): Promise<Line>;
  signal(name: NodeJS.Signals): void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** Where a test works. */
export class Sandbox {
  readonly #children: ChildProcess[] = [];
  readonly #logs: (() => string)[] = [];
  private constructor(readonly folder: string) {}

  static async open(): Promise<Sandbox> {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is not built: run npm run build first`);
    return new Sandbox(await mkdtemp(join(tmpdir(), "graft-cli-")));
  }

  /** End every process and remove the folder. */
  async close(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Write a file, as JSON unless it is a text. */
  async write(name: string, content: unknown): Promise<string> {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await writeFile(this.path(name), text);
    return this.path(name);
  }

  get env(): NodeJS.ProcessEnv {
    const { GRAFT_ADMIN: _, ...env } = process.env;
    const config = this.path("config");
    return { ...env, XDG_CONFIG_HOME: config, XDG_DATA_HOME: this.path("data") };
  }

  /** Run a command to its end. */
  run(args: readonly string[], input = ""): Promise<Ended> {
    const child = this.spawn(args);
    const [stdout, stderr] = [collect(child, "stdout"), collect(child, "stderr")];
    child.stdin?.end(input);
    return new Promise((done) => {
      child.once("close", (code) => done({ code, stdout: stdout(), stderr: stderr() }));
    });
  }

  /** What the servers of this sandbox have logged, for a test that fails. */
  get logs(): string {
    return this.#logs.map((log) => log()).join("\n");
  }

  /** Begin a command and wait until it serves. */
  async serve(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
    const running = this.begin(args, env);
    await running.seen("serving");
    return running;
  }

  /** Begin a command that serves. */
  begin(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = this.spawn(args, env);
    const stderr = collect(child, "stderr");
    this.#logs.push(stderr);
    const log = () => stderr().split("\n").filter(Boolean).map(parseLine);
    const ended = new Promise<number | null>((done) => child.once("exit", done));
    return {
      process: child,
      log,
      seen: (message, after = 0) =>
        eventually(
          () =>
            log()
              .slice(after)
              .find(({ msg }) => msg.startsWith(message)),
          () => `no line "${message}" in:\n${stderr()}`,
        ),
      signal: (name) => void child.kill(name),
      ended,
    };
  }

  private spawn(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const options = { cwd: this.folder, env: { ...this.env, ...env } };
    const child = spawn(process.execPath, [MAIN, ...args], options);
    this.#children.push(child);
    return child;
  }
}

/** Look until something is found. */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
  complaint: () => string = () => "it did not happen",
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(complaint());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}

/** A site that answers every request with one text, the admin endpoint beside it. */
export function saying(body: string, ports: { admin: number; site: number }) {
  const routes = [{ handle: [{ "@id": "answer", handler: "static_response", body }] }];
  return {
    admin: { listen: `127.0.0.1:${ports.admin}` },
    apps: { http: { servers: { web: { listen: [`127.0.0.1:${ports.site}`], routes } } } },
  };
}

/** The body of a page. */
export async function get(port: number, path = "/"): Promise<string> {
  return (await ask(port, path)).body;
}

/** Change one value over the admin endpoint. */
export async function patch(port: number, path: string, value: unknown): Promise<number> {
  const headers = { "Content-Type": "application/json" };
  return (await ask(port, path, { method: "PATCH", headers, body: JSON.stringify(value) })).status;
}

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ["version"], { stdio: "ignore" }).status === 0;
}

function collect(child: ChildProcess, name: "stdout" | "stderr"): () => string {
  const chunks: Buffer[] = [];
  child[name]?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

function parseLine(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return { level: "", msg: text };
  }
}
