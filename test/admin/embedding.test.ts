import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import express from "express";
import { createAdminRouter, createAdminServer, guardRules } from "../../src/admin/index.js";
import { silentLog } from "../../src/engine/index.js";
import { ask, realClock } from "../support/admin.js";
import { fakeDoor } from "../support/fake-door.js";

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const optionsFor = (document: object) => ({
  door: fakeDoor(document as never),
  adapters: [],
  metrics: { contentType: "text/plain", metrics: async () => "" },
  upstreams: () => [],
  stop() {},
  clock: realClock,
  log: silentLog,
});

async function hosting(app: express.Express): Promise<number> {
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("the admin router in a host's own app", () => {
  it("works wherever it is mounted, and redirects to where it stands", async () => {
    const options = optionsFor({ a: [{ "@id": "x", n: 1 }] });
    const app = express();
    app.use("/ops/graft", createAdminRouter(options));
    app.get("/", (_request, response) => {
      response.send("the host");
    });
    const port = await hosting(app);
    expect((await ask(port, "GET", "/")).text).toBe("the host");
    expect((await ask(port, "GET", "/ops/graft/config/a/0/n")).json).toBe(1);
    expect((await ask(port, "PATCH", "/ops/graft/id/x/n", { json: 2 })).status).toBe(200);
    expect(options.door.document).toEqual({ a: [{ "@id": "x", n: 2 }] });
    const { status, headers } = await ask(port, "GET", "/ops/graft/config");
    expect([status, headers.location]).toEqual([301, "/ops/graft/config/"]);
    expect((await ask(port, "GET", "/ops/graft/nothing")).json).toMatchObject({
      error: expect.any(String),
    });
  });

  it("serves two documents in one app", async () => {
    const app = express();
    app.use("/one", createAdminRouter(optionsFor({ n: 1 })));
    app.use("/two", createAdminRouter(optionsFor({ n: 2 })));
    const port = await hosting(app);
    expect((await ask(port, "GET", "/one/config/n")).json).toBe(1);
    expect((await ask(port, "GET", "/two/config/n")).json).toBe(2);
  });

  it("says what is wrong when the host has read the body already, instead of waiting for ever", async () => {
    const app = express();
    app.use(express.json(), createAdminRouter(optionsFor({})));
    const port = await hosting(app);
    expect((await ask(port, "POST", "/load", { json: {} })).status).toBe(500);
  });

  it("takes endpoints of others before it says 404", async () => {
    const more = express.Router();
    more.get("/api/9/nginx", (_request, response) => {
      response.json("plus");
    });
    const app = express();
    app.use(createAdminRouter({ ...optionsFor({}), routers: [more] }));
    const port = await hosting(app);
    expect((await ask(port, "GET", "/api/9/nginx")).json).toBe("plus");
  });
});

describe("the admin server", () => {
  it("has a limit for every wait, and does not listen by itself", () => {
    const rules = () => guardRules({ network: "unix" });
    server = createAdminServer({ ...optionsFor({}), rules });
    expect(server).toMatchObject({
      listening: false,
      headersTimeout: 5_000,
      requestTimeout: 300_000,
      keepAliveTimeout: 60_000,
    });
  });

  it("gives requests and responses what Express gives them", async () => {
    const more = express.Router();
    more.get("/kind", (request, response) => {
      response.json([request.get("host"), request.query]);
    });
    const rules = () => guardRules({ network: "unix" });
    server = createAdminServer({ ...optionsFor({}), rules, routers: [more] });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { json } = await ask(port, "GET", "/kind?a=1");
    expect(json).toEqual([`127.0.0.1:${port}`, { a: "1" }]);
  });
});
