// 200 WebSockets through the proxy, on routes that nobody touches, while 10,000 changes go by.

import type { AddressInfo } from "node:net";
import { WebSocket as Client, type WebSocket, WebSocketServer } from "ws";
import { leave, type Running, start, takePlace } from "./contender.js";
import { bodyPath, documentOf, upTo } from "./document.js";
import { exactly, type Row } from "./figures.js";
import type { Bench, Work } from "./work.js";

const ROUTES = 10_000;
const CHANGES = 10_000;
const SOCKETS = 200;
/** How long an echo may take, in milliseconds. */
const ECHO_MS = 5000;

/** Counts the connections that are left. */
export const soakWebsockets: Work = {
  name: "soak-websockets",
  summary: `${SOCKETS} WebSockets stay open through ${CHANGES} changes`,
  long: true,
  async run(bench) {
    const contender = bench.contenders.find(({ name }) => name === "Graft");
    if (contender === undefined) return [];
    const upstream = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    upstream.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
    const place = await takePlace();
    let server: Running | undefined;
    try {
      const { port } = upstream.address() as AddressInfo;
      const document = documentOf(upTo(ROUTES), place.ports, [proxyTo(port)]);
      server = await start(contender, { place, document, site: 0 });
      return await soak(bench, server);
    } finally {
      await server?.stop();
      for (const socket of upstream.clients) socket.terminate();
      upstream.close();
      await leave(place);
    }
  },
};

function proxyTo(port: number) {
  const handle = [{ handler: "reverse_proxy", upstreams: [{ dial: `127.0.0.1:${port}` }] }];
  return { match: [{ host: ["sockets.example"] }], handle };
}

async function soak(bench: Bench, server: Running): Promise<Row[]> {
  const url = `ws://127.0.0.1:${server.place.ports.http}/`;
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => open(url)));
  bench.say(`${CHANGES} changes with ${SOCKETS} WebSockets open`);
  for (let count = 0; count < CHANGES; count++) {
    const path = bodyPath(count % ROUTES);
    const body = JSON.stringify(`Change ${count}.`);
    await server.admin.ask({ method: "PATCH", path, body });
  }
  const echoes = await Promise.all(sockets.map(echo));
  for (const socket of sockets) socket.terminate();
  const graft = exactly(echoes.filter(Boolean).length);
  const work = `WebSockets still answering after ${CHANGES} changes`;
  return [{ work, unit: "count", better: "more", graft, limit: SOCKETS }];
}

function open(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new Client(url, { headers: { Host: "sockets.example" } });
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
    socket.on("error", () => {});
  });
}

/** Whether a message comes back. */
function echo(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), ECHO_MS);
    socket.once("message", () => {
      clearTimeout(late);
      resolve(true);
    });
    if (socket.readyState === socket.OPEN) socket.send("still there?");
    else resolve(false);
  });
}
