// Requests that come to a proxy after it went out of the config: they began before, and something in
// front of it took its time. The grace period is theirs, too.

import { afterEach, describe, expect, it } from "@jest/globals";
import { defineHandler } from "../../../../src/apps/http/module.js";
import type { Json } from "../../../../src/document/index.js";
import { Type } from "../../../../src/schema/index.js";
import { serverDocument, serving } from "../../../support/http.js";
import { atEnd, closeAll, rawUpstream, signal, upstream } from "./support.js";

afterEach(closeAll);

const GRACE_MS = 400;

/** A handler that holds each request back until it is opened. */
function gate() {
  const entered = signal();
  const opened = signal();
  const handler = defineHandler({
    name: "gate",
    summary: "Waits.",
    schema: Type.Object({}),
    provision: () => ({
      async handle(exchange, next) {
        entered.fire();
        await opened.fired;
        return next(exchange);
      },
    }),
  });
  return { handler, entered: entered.fired, open: () => opened.fire() };
}

const proxyTo = (dial: string, more: object = {}): Json =>
  ({ handler: "reverse_proxy", upstreams: [{ dial }], ...more }) as unknown as Json;

/** Routes that nobody asks for: those of long lists are built when they are first asked. */
const others = Array.from({ length: 20 }, (_, i): Json => ({ match: [{ path: [`/${i}`] }] }));

/** A site with these routes. `clear` takes all of them away. */
async function siteOf(routes: Json[], grace: string, server: Json = {}) {
  const { handler, entered, open } = gate();
  const documentOf = (own: Json[]) => {
    const { apps } = serverDocument(own, server) as { apps: { http: object } };
    return { apps: { http: { ...apps.http, grace_period: grace } } } as Json;
  };
  const site = await serving(routes, { modules: [handler], server });
  atEnd(() => site.graft.stop());
  await site.graft.load(documentOf(routes));
  const clear = async () => {
    await entered;
    await site.graft.load(documentOf([]));
  };
  return { ...site, clear, open };
}

const inFront = (dial: string, more?: object): Json[] => [
  { handle: [{ handler: "gate" }, proxyTo(dial, more)] },
];
const asleep = (dial: string): Json[] => [
  { handle: [{ handler: "gate" }] },
  ...others,
  { handle: [proxyTo(dial)] },
];

describe.each([
  ["that is awake", inFront],
  ["that still sleeps", asleep],
])("a request that comes late to a proxy %s", (_, routesTo) => {
  it("is served, if it is answered in time", async () => {
    const { dial } = await upstream((_request, response) => {
      setTimeout(() => response.end("up"), GRACE_MS / 4);
    });
    const { get, clear, open } = await siteOf(routesTo(dial), `${GRACE_MS}ms`);
    const answer = get("/");
    await clear();
    open();
    expect(await answer).toMatchObject({ status: 200, body: "up" });
  });

  it("is broken off when the grace period is over", async () => {
    const { dial } = await upstream(() => {});
    const { get, clear, open } = await siteOf(routesTo(dial), `${GRACE_MS}ms`);
    const answer = get("/");
    await clear();
    const from = performance.now();
    open();
    expect(await answer).toMatchObject({ status: 503 });
    expect(performance.now() - from).toBeGreaterThan(GRACE_MS / 2);
  });

  it("is refused after it", async () => {
    let asked = 0;
    const { dial } = await upstream(() => asked++);
    const { get, clear, open } = await siteOf(routesTo(dial), "20ms");
    const answer = get("/");
    await clear();
    await new Promise((resolve) => setTimeout(resolve, 100));
    open();
    expect(await answer).toMatchObject({ status: 503 });
    expect(asked).toBe(0);
  });

  it("may take as long as it likes without one", async () => {
    const { dial } = await upstream((_request, response) => {
      setTimeout(() => response.end("up"), 2 * GRACE_MS);
    });
    const { get, clear, open } = await siteOf(routesTo(dial), "0");
    const answer = get("/");
    await clear();
    open();
    expect(await answer).toMatchObject({ status: 200, body: "up" });
  });
});

describe("a request that waits to be tried again", () => {
  it("is not tried once the grace period is over", async () => {
    let tries = 0;
    const reached = signal();
    const { dial } = await rawUpstream((socket) => {
      // The first is turned away, and any other never answered.
      if (++tries === 1) socket.once("data", () => socket.destroy());
      reached.fire();
    });
    const load_balancing = { try_duration: "1m", try_interval: `${2 * GRACE_MS}ms` };
    const routes = inFront(dial, { load_balancing });
    const { get, clear, open } = await siteOf(routes, `${GRACE_MS}ms`);
    open();
    const answer = get("/");
    await reached.fired;
    await clear();
    expect(await answer).toMatchObject({ status: 503 });
    expect(tries).toBe(1);
  });
});

describe("a request that was broken off", () => {
  it("is not held up by a proxy among the error routes", async () => {
    const reached = signal();
    const { dial } = await upstream(() => reached.fire());
    const server = { errors: { routes: [{ handle: [proxyTo(dial)] }] } };
    const { graft, get, open } = await siteOf(inFront(dial), `${GRACE_MS}ms`, server);
    open();
    const answer = get("/");
    await reached.fired;
    await graft.load({ apps: { http: { servers: { srv: { listen: ["127.0.0.1:0"] } } } } });
    expect(await answer).toMatchObject({ status: 503 });
  });
});
