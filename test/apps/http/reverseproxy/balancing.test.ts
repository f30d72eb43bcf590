import { afterEach, describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../../../../src/document/index.js";
import { loneContext } from "../../../support/alone.js";
import {
  atEnd,
  closeAll,
  proxyContext,
  proxying,
  rawUpstream,
  signal,
  upstream,
} from "./support.js";

afterEach(closeAll);

/** An upstream that answers with its name. */
async function named(name: string, status = 200): Promise<string> {
  const { dial } = await upstream((request, response) => {
    request.resume().on("end", () => response.writeHead(status).end(name));
  });
  return dial;
}

/** The address of an upstream that has gone. */
async function gone(): Promise<string> {
  const { dial, close } = await upstream(() => {});
  await close();
  return dial;
}

const upstreams = (...dials: string[]) => dials.map((dial) => ({ dial }));

/** What several requests are answered. */
async function answers(url: string, count: number, init: RequestInit = {}): Promise<string[]> {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) texts.push(await (await fetch(url, init)).text());
  return texts;
}

async function balanced(policy: JsonObject, more: JsonObject = {}, names = ["a", "b", "c"]) {
  const dials = await Promise.all(names.map((name) => named(name)));
  return proxying({
    upstreams: upstreams(...dials),
    load_balancing: { selection_policy: policy, ...more },
  });
}

describe("choosing an upstream", () => {
  it("round_robin: each in its turn", async () => {
    const { url } = await balanced({ policy: "round_robin" });
    expect((await answers(url, 6)).join("")).toBe("bcabca");
  });

  it("weighted_round_robin: some more often, some never", async () => {
    const { url } = await balanced({ policy: "weighted_round_robin", weights: [3, 0, 1] });
    expect((await answers(url, 8)).toSorted().join("")).toBe("aaaaaacc");
  });

  it("weighted_round_robin: weights that are all 0 are refused", () => {
    const context = proxyContext({ fail: loneContext().fail });
    const policy = { policy: "weighted_round_robin", weights: [0] };
    expect(() =>
      context.inline("http.reverse_proxy.selection_policies", "policy", policy, []),
    ).toThrow("more than 0");
  });

  it("first: the first that works", async () => {
    const { url } = await balanced({ policy: "first" });
    expect((await answers(url, 3)).join("")).toBe("aaa");
  });

  it("random: all of them, sooner or later", async () => {
    const { url } = await balanced({ policy: "random" });
    const seen = new Set<string>();
    for (let i = 0; i < 500 && seen.size < 3; i++)
      for (const a of await answers(url, 1)) seen.add(a);
    expect(seen.size).toBe(3);
  });

  it.each(["least_conn", "random_choose"])("%s: not the one that is busy", async (policy) => {
    const asked = signal();
    const busy = await rawUpstream((socket) => socket.once("data", () => asked.fire()));
    const free = await named("free");
    const { url } = await proxying({
      upstreams: upstreams(busy.dial, free),
      load_balancing: { selection_policy: { policy } },
    });
    const leave = new AbortController();
    atEnd(() => leave.abort());
    // One request after another, until the slow one has got one and keeps it.
    const stuck = asked.fired.then(() => "stuck");
    const ask = async () => (await fetch(url, { signal: leave.signal })).text();
    while ((await Promise.race([stuck, ask().catch(() => "left")])) !== "stuck");
    expect((await answers(url, 5)).join("")).toBe("free".repeat(5));
  });

  it.each([
    ["uri_hash", {}, "/page"],
    ["ip_hash", {}, "/"],
    ["client_ip_hash", {}, "/"],
    ["header", { field: "X-User" }, "/"],
    ["query", { key: "user" }, "/?user=1"],
  ])("%s: always the same one", async (policy, options, path) => {
    const { url } = await balanced({ policy, ...options });
    const got = await answers(url + path, 10, { headers: { "X-User": "7" } });
    expect(new Set(got).size).toBe(1);
  });

  it("uri_hash: different ones for different requests", async () => {
    const { url } = await balanced({ policy: "uri_hash" });
    const seen = new Set<string>();
    for (let i = 0; i < 30; i++) for (const a of await answers(`${url}/${i}`, 1)) seen.add(a);
    expect(seen.size).toBe(3);
  });

  it("header: by the fallback where there is no such field", async () => {
    const { url } = await balanced({
      policy: "header",
      field: "X-No",
      fallback: { policy: "first" },
    });
    expect((await answers(url, 3)).join("")).toBe("aaa");
  });

  it("cookie: where the cookie says, and anywhere without a valid one", async () => {
    const fallback = { policy: "round_robin" };
    const { url } = await balanced({ policy: "cookie", secret: "s", max_age: "1h", fallback });
    const first = await fetch(url);
    const [set = ""] = first.headers.getSetCookie();
    expect(set).toMatch(/^lb=[0-9a-f]{64}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax$/);
    const name = await first.text();
    const cookie = set.split(";")[0] as string;
    expect(await answers(url, 4, { headers: { cookie } })).toEqual(Array(4).fill(name));
    const forged = await fetch(url, { headers: { cookie: "lb=forged" } });
    expect(forged.headers.getSetCookie()).toHaveLength(1);
  });
});

describe("trying again", () => {
  const first = { selection_policy: { policy: "round_robin" } };

  it("does not happen unless the config says so", async () => {
    const { url } = await proxying({ upstreams: upstreams(await named("a"), await gone()) });
    const statuses = new Set<number>();
    for (let i = 0; i < 200 && statuses.size < 2; i++) statuses.add((await fetch(url)).status);
    expect(statuses).toEqual(new Set([200, 502]));
  });

  it("goes on to the next upstream when one cannot be reached, even with a body", async () => {
    const pool = upstreams(await named("a"), await gone());
    const { url } = await proxying({ upstreams: pool, load_balancing: { ...first, retries: 1 } });
    const got = await answers(url, 4, { method: "POST", body: "x" });
    expect(got).toEqual(["a", "a", "a", "a"]);
  });

  it("sends a GET again that broke off, but no POST", async () => {
    const rude = await rawUpstream((socket) => socket.once("data", () => socket.destroy()));
    const pool = upstreams(await named("a"), rude.dial);
    const { url } = await proxying({ upstreams: pool, load_balancing: { ...first, retries: 1 } });
    expect(await answers(url, 4)).toEqual(["a", "a", "a", "a"]);
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await fetch(url, { method: "POST" })).status);
    expect(statuses.toSorted()).toEqual([200, 200, 502, 502]);
  });

  it("sends again what retry_match allows, when the whole body is at hand", async () => {
    const rude = await rawUpstream((socket) => socket.once("data", () => socket.destroy()));
    const balancing = { ...first, retries: 1, retry_match: [{ method: ["PUT"] }] };
    const pool = upstreams(await named("a"), rude.dial);
    const config = { upstreams: pool, load_balancing: balancing };
    const { url } = await proxying({ ...config, request_buffers: 1000 });
    expect(await answers(url, 4, { method: "PUT", body: "x" })).toEqual(["a", "a", "a", "a"]);
    const streaming = await proxying(config);
    const got = await Promise.all(
      [1, 2].map(async () => (await fetch(streaming.url, { method: "PUT", body: "x" })).status),
    );
    expect(got.toSorted()).toEqual([200, 502]);
  });

  it("tells retry_match that the upstream broke off, and nobody else", async () => {
    const rude = await rawUpstream((socket) => socket.once("data", () => socket.destroy()));
    const told = "http.reverse_proxy.is_transport_error";
    const balancing = {
      ...first,
      retries: 1,
      retry_match: [{ vars: { [`{${told}}`]: ["true"] } }],
    };
    const config = { upstreams: upstreams(await named("a"), rude.dial), load_balancing: balancing };
    const after: (string | undefined)[] = [];
    const { url } = await proxying(config, (exchange) => after.push(exchange.placeholder(told)));
    expect(await answers(url, 2, { method: "POST" })).toEqual(["a", "a"]);
    expect(after).toEqual([undefined, undefined]);
  });

  it("waits for an upstream to come back, for as long as it may", async () => {
    const health_checks = { passive: { fail_duration: "60ms" } };
    const load_balancing = { try_duration: "5s", try_interval: "10ms" };
    let calls = 0;
    const { dial } = await rawUpstream((socket) =>
      socket.once("data", () => {
        if (++calls === 1) socket.destroy();
        else socket.end("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nback");
      }),
    );
    const { url } = await proxying({ upstreams: upstreams(dial), health_checks, load_balancing });
    expect(await answers(url, 1)).toEqual(["back"]);
  });

  it("ends when the client goes away", async () => {
    const load_balancing = { try_duration: "1h", try_interval: "10ms" };
    const done = signal();
    const { url } = await proxying({ upstreams: upstreams(await gone()), load_balancing }, () =>
      done.fire(),
    );
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    await done.fired;
  });
});

describe("passive health", () => {
  it("leaves out an upstream that failed, for a while", async () => {
    const passive = { fail_duration: "1h", max_fails: 2 };
    const pool = upstreams(await gone());
    const { url, statuses } = await proxying({ upstreams: pool, health_checks: { passive } });
    const got = [await fetch(url), await fetch(url), await fetch(url)].map(({ status }) => status);
    expect(got).toEqual([502, 502, 503]);
    expect(statuses()).toMatchObject([{ fails: 2, num_requests: 0 }]);
  });

  it("counts statuses and slowness that the config calls unhealthy", async () => {
    const passive = { fail_duration: "1h", unhealthy_status: [5, 404] };
    const bad = await proxying({
      upstreams: upstreams(await named("x", 503)),
      health_checks: { passive },
    });
    expect([(await fetch(bad.url)).status, await answers(bad.url, 1)]).toEqual([
      503,
      ["no upstreams available"],
    ]);
    const slow = { fail_duration: "1h", unhealthy_latency: 1 };
    const late = await proxying({
      upstreams: upstreams(await named("x")),
      health_checks: { passive: slow },
    });
    expect([(await fetch(late.url)).status, (await fetch(late.url)).status]).toEqual([200, 503]);
  });

  it("is forgotten when its time is up, and with the proxy", async () => {
    const context = proxyContext();
    const pool = upstreams(await gone());
    const make = (fail_duration: string) =>
      proxying(
        { upstreams: pool, health_checks: { passive: { fail_duration } } },
        () => {},
        context,
      );
    const short = await make("30ms");
    const long = await make("1h");
    await fetch(short.url);
    await fetch(long.url).then((answer) => expect(answer.status).toBe(503));
    while (short.statuses()[0]?.fails !== 0) await new Promise((r) => setTimeout(r, 5));
    await fetch(long.url);
    expect(long.statuses()).toMatchObject([{ fails: 1 }]);
    await long.stop();
    expect(short.statuses()).toMatchObject([{ fails: 0 }]);
  });

  it("gives an upstream no more requests than it may have", async () => {
    const asked = signal();
    const { dial } = await rawUpstream((socket) => socket.once("data", () => asked.fire()));
    const { url, statuses } = await proxying({ upstreams: [{ dial, max_requests: 1 }] });
    const leave = new AbortController();
    const waiting = fetch(url, { signal: leave.signal }).catch(() => {});
    await asked.fired;
    expect(statuses()).toMatchObject([{ num_requests: 1 }]);
    expect((await fetch(url)).status).toBe(503);
    leave.abort();
    await waiting;
  });
});
