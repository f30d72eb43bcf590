// What a change costs: one string among many routes, and whole documents.

import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Running, start, UP_MS } from "./contender.js";
import { bodyOf, bodyPath, documentOf, hostOf, movedToFront, upTo } from "./document.js";
import { exactly, type Row } from "./figures.js";
import { inPlace, inTurns, rowOf, type Work, withServers } from "./work.js";

const ROUTES = 10_000;
/** How many clients stay connected while documents are loaded. */
const LIVE_CONNECTIONS = 20;

/** One string changed, answered when it is live and on disk. */
export const patch: Work = {
  name: "patch",
  summary: "PATCH one string at 1,000, 10,000 and 100,000 routes",
  async run({ contenders, say }) {
    const rows: Row[] = [];
    for (const routes of [1000, ROUTES, 100_000]) {
      say(`PATCH at ${routes} routes`);
      const measured = await withServers(contenders, upTo(routes), (servers) =>
        inTurns(servers, patcher(routes)),
      );
      const work = `PATCH one string, ${routes.toLocaleString("en")} routes`;
      const reach = routes === ROUTES ? { reach: 300 } : {};
      rows.push(rowOf(measured, { work, unit: "ms", better: "less", ...reach }));
    }
    const [small, , large] = rows as [Row, Row, Row];
    const work = "PATCH at 100,000 routes, against 1,000";
    const against = "Graft, 1,000";
    rows.push({ ...large, work, peer: small.graft, against, reach: 1 / 3 });
    return rows;
  },
};

/** Changes one site after the other, all over the document, and looks whether it took. */
function patcher(routes: number): (server: Running) => Promise<number> {
  let count = 0;
  return async ({ admin, traffic, name }) => {
    const site = (count * 7919) % routes;
    const body = `${bodyOf(site)} Change ${count++}.`;
    const path = bodyPath(site);
    const { ms } = await admin.ask({ method: "PATCH", path, body: JSON.stringify(body) });
    if (count % 16 === 1) {
      const answer = await traffic.ask({ path: "/", host: hostOf(site) });
      if (answer.body.toString() !== body) throw new Error(`${name} does not serve ${path}`);
    }
    return ms;
  };
}

/** A whole document, to a server that knows none of it. */
export const load: Work = {
  name: "load",
  summary: "POST /load of 10,000 routes, first time",
  async run({ contenders, say }) {
    say("first load");
    const once = (contender: (typeof contenders)[number]) =>
      inPlace(async (place, ports) => {
        const server = await start(contender, { place, document: documentOf([0], ports), site: 0 });
        try {
          const body = documentOf(upTo(ROUTES), ports);
          await sleep(UP_MS);
          const { ms } = await server.admin.ask({ method: "POST", path: "/load", body });
          await server.traffic.ask({ path: "/", host: hostOf(ROUTES - 1) });
          return ms;
        } finally {
          await server.stop();
        }
      });
    const measured = await inTurns(contenders, once, 3, 0);
    const work = "POST /load, 10,000 routes, first time";
    return [rowOf(measured, { work, unit: "ms", better: "less", reach: 6 })];
  },
};

/** The same document again, with one route moved. */
export const reload: Work = {
  name: "reload",
  summary: "POST /load of 10,000 routes with one moved to the front, while clients are connected",
  async run({ contenders, say }) {
    say("load with one route moved");
    const sites = upTo(ROUTES);
    let next = 1;
    const once = async ({ admin, place }: Running) => {
      const body = documentOf(movedToFront(sites, next++ * 37), place.ports);
      return (await admin.ask({ method: "POST", path: "/load", body })).ms;
    };
    return withServers(contenders, sites, async (servers) => {
      const live = await Promise.all(servers.map(holdConnections));
      const measured = await inTurns(servers, once);
      const closed = live.map((connections) => connections.closed());
      for (const connections of live) connections.end();
      const work = "POST /load, one of 10,000 routes moved to the front";
      const lost = Object.fromEntries(
        servers.map(({ name }, at) => [name, exactly(closed[at] ?? 0)]),
      );
      return [
        rowOf(measured, { work, unit: "ms", better: "less", reach: 6 }),
        rowOf(lost, {
          work: `connections closed by it, of ${LIVE_CONNECTIONS}`,
          unit: "count",
          better: "less",
          limit: 0,
        }),
      ];
    });
  },
};

/** Clients that asked once and may ask again. */
async function holdConnections({ place }: Running) {
  const sockets = Array.from({ length: LIVE_CONNECTIONS }, () =>
    connect(place.ports.http, "127.0.0.1"),
  );
  await Promise.all(sockets.map(askOnce));
  return {
    closed: () => sockets.filter(({ readyState }) => readyState !== "open").length,
    end: () => sockets.forEach((socket) => void socket.destroy()),
  };
}

function askOnce(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.once("data", () => {
      socket.resume();
      resolve();
    });
    socket.write(`GET / HTTP/1.1\r\nHost: ${hostOf(ROUTES - 1)}\r\n\r\n`);
  });
}

/** The whole document read back. */
export const read: Work = {
  name: "read",
  summary: "GET /config/ of 10,000 routes, again and right after a change",
  async run({ contenders, say }) {
    say("GET /config/");
    const whole = async ({ admin }: Running) => (await admin.ask({ path: "/config/" })).ms;
    const change = patcher(ROUTES);
    return withServers(contenders, upTo(ROUTES), async (servers) => {
      const again = await inTurns(servers, whole);
      const afterChange = await inTurns(servers, async (server) => {
        await change(server);
        return whole(server);
      });
      const work = "GET /config/, 10,000 routes";
      const row = { unit: "ms", better: "less" } as const;
      return [
        rowOf(again, { work, ...row, reach: 8 }),
        rowOf(afterChange, { work: `${work}, right after a PATCH`, ...row }),
      ];
    });
  },
};
