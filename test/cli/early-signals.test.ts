import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually, freePort, get, type Running, Sandbox, saying } from "./sandbox.js";

let sandbox: Sandbox;
let ports: { admin: number; site: number };
beforeEach(async () => {
  sandbox = await Sandbox.open();
  ports = { admin: await freePort(), site: await freePort() };
});
afterEach(() => sandbox.close());

/** Run before a line of ours: the signal comes, and Node has opened its debugger. */
const SIGNAL_FIRST = `
  const inspector = require("node:inspector");
  process.kill(process.pid, "SIGUSR1");
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (inspector.url() === undefined) Atomics.wait(pause, 0, 0, 5);
`;

function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => done(true)).on("error", () => done(false));
    socket.unref();
  });
}

/** The state directory is taken before the config is read. */
function reading(): Promise<true> {
  return eventually(() => existsSync(sandbox.path("config/graft/journal.ndjson")) || undefined);
}

const onUnix = process.platform === "win32" ? describe.skip : describe;
onUnix("SIGUSR1 as the process starts", () => {
  it("leaves no debugger open", async () => {
    await sandbox.write("app.json", saying("one", ports));
    await writeFile(sandbox.path("first.cjs"), SIGNAL_FIRST);
    const env = { NODE_OPTIONS: "--inspect-port=0 --require ./first.cjs" };
    const running = sandbox.begin(["run", "-c", "app.json"], env);
    const { msg } = await running.seen("Debugger listening");
    await running.seen("serving");
    expect(await isListening(Number(/:(\d+)\//.exec(msg)?.[1]))).toBe(false);
    await running.seen("closed the debugger");
  });

  it("is not lost on a server that reads its config for a while", async () => {
    spawnSync("mkfifo", [sandbox.path("app.json")]);
    const running = sandbox.begin(["run", "-c", "app.json"]);
    await reading();
    running.signal("SIGUSR1");
    await writeFile(sandbox.path("app.json"), JSON.stringify(saying("one", ports)));
    await running.seen("serving");
    await writeFile(sandbox.path("app.json"), JSON.stringify(saying("two", ports)));
    await running.seen("config file loaded");
    expect(await get(ports.site)).toBe("two");
  });
});

describe("SIGTERM while the config is being read", () => {
  it("ends the process at once", async () => {
    const running: Running = sandbox.begin(["run", "-c", "-"]);
    await reading();
    running.signal("SIGTERM");
    expect(await running.ended).toBe(0);
    await running.seen("shutdown complete");
  });
});
