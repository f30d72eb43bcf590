// Caddy and Graft side by side, each with an admin endpoint on loopback, and one way to ask both.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createGraft } from "../../dist/src/index.js";

/** Caddy reopens its endpoint after every change: connections that come just then are lost. */
const LOST = { caddy: ["ECONNREFUSED", "ECONNRESET"], graft: [] };
/** How often one that was lost is tried again. */
const TRIES = 100;
/** How long to wait between two tries, and at most for one answer (milliseconds). */
const PAUSE_MS = 50;
const PATIENCE_MS = 20_000;

/** Start both. Each has `ask` for its admin endpoint, `port` for traffic, and `stop`. */
export async function startPeers() {
  const peers = [await startCaddy(), await startGraft()];
  return { caddy: peers[0], graft: peers[1], stop: () => Promise.all(peers.map((p) => p.stop())) };
}

async function startCaddy() {
  const home = mkdtempSync(join(tmpdir(), "graft-conformance-"));
  const admin = { listen: `127.0.0.1:${await freePort()}`, config: { persist: false } };
  const logging = { logs: { default: { level: "ERROR" } } };
  const config = join(home, "caddy.json");
  writeFileSync(config, JSON.stringify({ admin, logging }));
  const env = { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
  const caddy = spawn("caddy", ["run", "--config", config], { env, stdio: "ignore" });
  const stop = async () => {
    if (caddy.exitCode === null && caddy.kill("SIGKILL")) await once(caddy, "exit");
    rmSync(home, { recursive: true });
  };
  const version = execFileSync("caddy", ["version"], { env, encoding: "utf8" });
  const isOld = /^v?2\.[0-6]\./.test(version);
  const peer = {
    ...client("caddy", Number(admin.listen.split(":")[1]), { admin, logging }),
    isOld,
    stop,
  };
  await peer.ask("GET", "/config/");
  return { ...peer, port: await freePort() };
}

async function startGraft() {
  const graft = await createGraft({ adminListen: "127.0.0.1:0" });
  const peer = client("graft", Number(graft.adminAddress.split(":")[1]), {});
  return { ...peer, port: await freePort(), stop: () => graft.stop() };
}

/** A client of an admin endpoint. `own` are the sections a peer needs in its document. */
function client(name, adminPort, own) {
  const ask = (method, path, options) => askPort(adminPort, method, path, options, LOST[name]);
  return {
    name,
    ask,
    /** Replace everything but the peer's own sections. */
    async load(document) {
      const body = JSON.stringify({ ...document, ...own });
      return ask("POST", "/load", { body, headers: { "Content-Type": "application/json" } });
    },
    /** The document without the peer's own sections. */
    async document() {
      const { admin: _, logging: __, ...rest } = JSON.parse((await ask("GET", "/config/")).body);
      return rest;
    },
  };
}

/** One request on a connection of its own; tried again after the errors in `lost`. */
export async function askPort(port, method, path, options = {}, lost = []) {
  for (let tries = 1; ; tries++) {
    try {
      return await askOnce(port, method, path, options);
    } catch (error) {
      if (!lost.includes(error.code) || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function askOnce(port, method, path, { headers = {}, body }) {
  const target = { host: "127.0.0.1", port, method, path, headers, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request({ ...target, timeout: PATIENCE_MS }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
      answer.on("end", () => {
        const { statusCode: status, headers } = answer;
        resolve({ status, headers, body: decoded(Buffer.concat(chunks), headers) });
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.on("error", reject);
    sent.end(body);
  });
}

/** What a body stands for: two that compress the same text need not come to the same bytes. */
function decoded(bytes, { "content-encoding": coding }) {
  const isZipped = coding === "gzip" && bytes.length > 0;
  return (isZipped ? gunzipSync(bytes) : bytes).toString();
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
