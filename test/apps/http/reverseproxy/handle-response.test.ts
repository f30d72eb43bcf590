// Answers that routes look at before the client gets them, in documents that are served.

import { createServer, type RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "@jest/globals";
import { defineHandler } from "../../../../src/apps/http/module.js";
import type { PendingAnswer } from "../../../../src/apps/http/reverseproxy/pending.js";
import type { Json } from "../../../../src/document/index.js";
import { Type } from "../../../../src/schema/index.js";
import { serving } from "../../../support/http.js";
import {
  atEnd,
  CLOSE,
  closeAll,
  listening,
  rawExchange,
  rawUpstream,
  signal,
  upstream,
} from "./support.js";

afterEach(closeAll);

const say = (body: string, more: object = {}) => ({ handler: "static_response", body, ...more });
const copy = { handler: "copy_response" };
const proxyTo = (dial: string, handle_response: unknown, more: object = {}) => ({
  handler: "reverse_proxy",
  upstreams: [{ dial }],
  handle_response,
  ...more,
});
/** An entry for all answers. */
const lookedAtBy = (...handle: object[]) => [{ routes: [{ handle }] }];

/** A running Graft with these handlers in one route, until the end of the test. */
async function handling(...handle: unknown[]) {
  const graft = await serving([{ handle }] as Json);
  atEnd(() => graft.stop());
  return graft;
}

/** A running Graft that proxies to such an upstream. */
async function lookingAt(listener: RequestListener, handle_response: unknown, more: object = {}) {
  const { dial } = await upstream(listener);
  return handling(proxyTo(dial, handle_response, more), say("what follows"));
}

/** An upstream that counts its connections. */
async function counting(listener: RequestListener) {
  let connections = 0;
  const server = createServer(listener).on("connection", () => connections++);
  const { dial } = await listening(server);
  return { dial, connections: () => connections };
}

describe("an entry of handle_response", () => {
  const answering: RequestListener = ({ url = "/" }, response) => {
    response.writeHead(Number(url.slice(1)), { "X-Up": ["a", "b"], "X-Kind": "page" });
    response.end(`up ${url}`);
  };

  it("has the first answer that it matches, and leaves the others to the client", async () => {
    const { get } = await lookingAt(answering, [
      { match: { status_code: [404] }, routes: [{ handle: [say("first")] }] },
      { match: { status_code: [4] }, routes: [{ handle: [say("second")] }] },
      {
        match: { status_code: [5], headers: { "X-Kind": ["pag*"] } },
        routes: [{ handle: [say("third")] }],
      },
    ]);
    expect((await get("/404")).body).toBe("first");
    expect((await get("/410")).body).toBe("second");
    expect((await get("/500")).body).toBe("third");
    expect(await get("/200")).toMatchObject({ status: 200, body: "up /200" });
  });

  it("answers without the upstream's fields", async () => {
    const { get } = await lookingAt(answering, lookedAtBy(say("own")));
    const { headers, body } = await get("/200");
    expect(body).toBe("own");
    expect(headers).not.toHaveProperty("x-up");
    expect(headers).not.toHaveProperty("via");
  });

  it("tells the routes of the answer", async () => {
    const told = "{http.reverse_proxy.status_code}|{http.reverse_proxy.status_text}";
    const fields = "{http.reverse_proxy.header.X-Up}|{http.reverse_proxy.header.None}";
    const { get } = await lookingAt(answering, lookedAtBy(say(`${told}|${fields}`)));
    expect((await get("/404")).body).toBe("404|404 Not Found|a,b|{http.reverse_proxy.header.None}");
  });

  it("goes on with what follows the proxy when its routes do not answer", async () => {
    const { get } = await lookingAt(answering, [{ match: { status_code: [2] } }]);
    expect((await get("/200")).body).toBe("what follows");
    expect((await get("/404")).body).toBe("up /404");
  });

  it("gives the error of its routes to the error routes, and tries no other upstream", async () => {
    const error = { handler: "error", status_code: 418, error: "no tea" };
    let tries = 0;
    const { dial } = await upstream((_, response) => {
      tries++;
      response.end();
    });
    const proxy = proxyTo(dial, lookedAtBy(error), { load_balancing: { retries: 3 } });
    const onError = [{ handle: [say("{http.error.message}", { status_code: 419 })] }];
    const server = { errors: { routes: onError } } as unknown as Json;
    const graft = await serving([{ handle: [proxy] }] as unknown as Json, { server });
    atEnd(() => graft.stop());
    expect(await graft.get("/")).toMatchObject({ status: 419, body: "no tea" });
    expect(tries).toBe(1);
  });

  it("sends interim answers on", async () => {
    const { port } = await lookingAt(
      (_, response) => {
        response.writeEarlyHints({ link: "</a.css>; rel=preload" });
        response.end();
      },
      lookedAtBy(say("own")),
    );
    const answer = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 103 [\s\S]*HTTP\/1.1 200 [\s\S]*own$/);
  });
});

describe("another status", () => {
  const ANSWERS: readonly (readonly [from: number, to: unknown, status: number, body: string])[] = [
    [500, 503, 503, "up"],
    [500, "{http.reverse_proxy.header.X-Status}", 404, "up"],
    [304, 200, 200, ""],
    [204, 200, 200, ""],
    [200, 204, 204, ""],
    [200, 304, 304, ""],
  ];
  it.each(ANSWERS)("in place of %i: %s", async (from, to, status, body) => {
    const { port } = await lookingAt(
      (_, response) => {
        response.writeHead(from, { "X-Status": "404", "Content-Length": from === 204 ? "0" : "2" });
        response.end("up");
      },
      [{ status_code: to }],
    );
    const request = `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`;
    const [head = "", sent] = (await rawExchange(port, request)).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(sent).toBe(body);
    if (status === 200) expect(head).toMatch(/content-length: 0/i);
  });

  it("that an answer made none is an error", async () => {
    const status_code = "{http.reverse_proxy.header.X-Status}";
    const { get } = await lookingAt(
      (_, response) => response.setHeader("X-Status", "1000").end("up"),
      [{ status_code }],
    );
    expect(await get("/")).toMatchObject({ status: 500, body: "" });
  });
});

describe("copy_response", () => {
  const CONTENTS: readonly (readonly [name: string, parts: readonly string[]])[] = [
    ["nothing", []],
    ["a short body", ["short"]],
    ["a body in parts", ["one,", "two,", "three"]],
    ["a body that is not read ahead", ["x".repeat(100_000), "y".repeat(1_000_000), "z"]],
  ];
  describe.each(CONTENTS)("of %s", (_, parts) => {
    const listener: RequestListener = (_request, response) => {
      response.setHeader("X-Up", "1");
      for (const part of parts) response.write(part);
      response.end();
    };
    it.each([0, 10, 10_000_000])("sends it whole, with buffers of %i bytes", async (size) => {
      const by = lookedAtBy({ handler: "headers", response: { set: { "X-Own": ["1"] } } }, copy);
      const { get } = await lookingAt(listener, by, { response_buffers: size });
      const { status, headers, body } = await get("/");
      expect(status).toBe(200);
      expect(headers).toMatchObject({ "x-up": "1", "x-own": "1" });
      expect(body === parts.join("")).toBe(true);
    });

    it("sends no body to HEAD", async () => {
      const more = { rewrite: { method: "GET" } };
      const { get } = await lookingAt(listener, lookedAtBy(copy), more);
      expect(await get("/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    });
  });

  it("sends trailers", async () => {
    const { port } = await lookingAt((_, response) => {
      response.setHeader("Trailer", "X-Sum").write("body");
      response.addTrailers({ "X-Sum": "4" });
      response.end();
    }, lookedAtBy(copy));
    const answer = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(answer).toMatch(/Trailer: X-Sum\r\n[\s\S]*X-Sum: 4\r\n/);
  });

  it("sends another status, and heeds the proxy's rules for fields", async () => {
    const headers = { response: { set: { "X-Rule": ["1"] }, require: { status_code: [2] } } };
    const { get } = await lookingAt(
      (_, response) => response.writeHead(500).end("up"),
      lookedAtBy({ ...copy, status_code: "299" }),
      { headers },
    );
    expect(await get("/")).toMatchObject({ status: 299, body: "up", headers: { "x-rule": "1" } });
  });

  it("sends what was read while routes took their time", async () => {
    const more = signal<() => void>();
    const { dial } = await upstream((_, response) => {
      response.write("one,");
      more.fire(() => response.end("2".repeat(1000)));
    });
    const waiting = defineHandler({
      name: "wait",
      summary: "Waits until the answer is there.",
      schema: Type.Object({}),
      provision: () => ({
        async handle(exchange, next) {
          (await more.fired)();
          const answer = exchange.upstreamAnswer as PendingAnswer;
          while (answer.trailers === undefined) await new Promise((resume) => setImmediate(resume));
          return next(exchange);
        },
      }),
    });
    const proxy = proxyTo(dial, lookedAtBy({ handler: "wait" }, copy));
    const graft = await serving([{ handle: [proxy] }] as unknown as Json, { modules: [waiting] });
    atEnd(() => graft.stop());
    expect((await graft.get("/")).body).toBe(`one,${"2".repeat(1000)}`);
  });

  it("passes an upgrade on", async () => {
    const { dial } = await rawUpstream((socket) =>
      socket.once("data", () => {
        socket.write("HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
        socket.on("data", (data) => socket.end(`echo:${data}`));
      }),
    );
    const by = lookedAtBy({ handler: "headers", response: { set: { "X-Own": ["1"] } } }, copy);
    const { port } = await handling(proxyTo(dial, by));
    const offer = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
    const answer = await rawExchange(port, `${offer}ping`);
    expect(answer).toMatch(/^HTTP\/1.1 101 [\s\S]*X-Own: 1\r\n[\s\S]*echo:ping$/);
  });

  it("breaks off where the upstream does", async () => {
    const { port } = await lookingAt((_, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("half", () => response.destroy());
    }, lookedAtBy(copy));
    const answer = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(answer).not.toMatch(/^HTTP\/1.1 200 [\s\S]*Content-Length: 4\r\n/);
    expect(answer).toMatch(/Content-Length: 100\r\n|^HTTP\/1.1 502 /);
  });

  it("is an error outside of such routes, and in what follows them", async () => {
    const { dial } = await upstream((_, response) => response.end("up"));
    const { get } = await handling(copy);
    expect((await get("/")).status).toBe(500);
    const failing = { handler: "error", status_code: 503 };
    const after = { errors: { routes: [{ handle: [copy] }] } } as unknown as Json;
    const routes = [{ handle: [proxyTo(dial, lookedAtBy(failing))] }] as unknown as Json;
    const graft = await serving(routes, { server: after });
    atEnd(() => graft.stop());
    expect(await graft.get("/")).toMatchObject({ status: 503, body: "" });
  });
});

describe("copy_response_headers", () => {
  const listener: RequestListener = (_, response) => {
    const own = { "X-A": ["1", "2"], "X-B": "b", "Set-Cookie": ["c=1", "d=2"], "X-Hop": "h" };
    response.writeHead(200, { ...own, Connection: "X-Hop", "Content-Length": "8" });
    response.end("upstream");
  };
  const copied = async (fields: object) => {
    const handler = { handler: "copy_response_headers", ...fields };
    const { get } = await lookingAt(listener, lookedAtBy(handler, say("own")));
    const { headers, body } = await get("/");
    expect(body).toBe("own");
    const { "x-a": a, "x-b": b, "set-cookie": cookie, "x-hop": hop } = headers;
    return { a, b, cookie, hop, length: headers["content-length"] };
  };
  const NONE = { a: undefined, b: undefined, cookie: undefined, hop: undefined, length: "3" };

  it("copies all fields but those of the connection and of the body's end", async () => {
    expect(await copied({})).toEqual({ ...NONE, a: "1, 2", b: "b", cookie: ["c=1", "d=2"] });
  });

  it("copies those that are named, or the others", async () => {
    const include = ["x-A", "Content-Length", "X-Hop"];
    expect(await copied({ include })).toEqual({ ...NONE, a: "1, 2" });
    const exclude = ["SET-COOKIE", "x-b"];
    expect(await copied({ exclude })).toEqual({ ...NONE, a: "1, 2" });
  });

  it("takes one of both lists only", async () => {
    const both = { handler: "copy_response_headers", include: ["A"], exclude: ["B"] };
    await expect(handling(both)).rejects.toThrow("/handle/0/exclude");
  });

  it("is an error outside of such routes", async () => {
    const { get } = await handling({ handler: "copy_response_headers" }, say("own"));
    expect((await get("/")).status).toBe(500);
  });
});

describe("the connection to an upstream whose answer was looked at", () => {
  const BODIES: readonly (readonly [name: string, listener: RequestListener])[] = [
    ["is whole", (_, response) => response.end("short")],
    ["has no body", (_, response) => response.writeHead(204).end()],
    [
      "comes in parts",
      (_, response) => {
        response.write("one");
        setImmediate(() => response.end("two"));
      },
    ],
  ];
  it.each(BODIES)("is used again when the answer %s", async (_, listener) => {
    const { dial, connections } = await counting(listener);
    const { get } = await handling(proxyTo(dial, lookedAtBy(say("own"))));
    for (let i = 0; i < 5; i++) expect((await get("/")).body).toBe("own");
    // The rest of an answer may come later than the next request.
    expect(connections()).toBeLessThan(5);
  });

  it("is free while what follows takes its time", async () => {
    const { dial, connections } = await counting((_, response) => response.end("yes"));
    const held = signal<() => void>();
    const site = await upstream(({ url }, response) => {
      if (url === "/long") held.fire(() => response.end("long"));
      else response.end("short");
    });
    const behind = { handler: "reverse_proxy", upstreams: [{ dial: site.dial }] };
    const { get } = await handling(proxyTo(dial, [{ match: { status_code: [2] } }]), behind);
    const long = get("/long");
    const finish = await held.fired;
    expect((await get("/")).body).toBe("short");
    finish();
    expect((await long).body).toBe("long");
    expect(connections()).toBe(1);
  });

  it("is closed when nobody wants a long answer, or one that does not end", async () => {
    const closed: string[] = [];
    const gone = signal();
    const { dial } = await upstream(({ url = "" }, response) => {
      response.on("close", () => {
        if (closed.push(url) === 2) gone.fire();
      });
      response.write(url === "/long" ? "x".repeat(10_000_000) : "forever");
    });
    const { get } = await handling(proxyTo(dial, lookedAtBy(say("own"))));
    for (const path of ["/long", "/forever"]) expect((await get(path)).body).toBe("own");
    await gone.fired;
    expect(closed.sort()).toEqual(["/forever", "/long"]);
  });
});
