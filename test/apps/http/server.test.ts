// What becomes of a request whose handler fails, in whatever way: it is answered, or its connection
// ends. Nothing hangs, and nothing escapes: the test runner fails a test for what nobody caught.

import { once } from "node:events";
import { connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { HttpError } from "../../../src/apps/http/exchange.js";
import { defineHandler, type Handler } from "../../../src/apps/http/module.js";
import { bodyOf, type ResponseWriter } from "../../../src/apps/http/response.js";
import type { Json } from "../../../src/document/index.js";
import { type Log, type LogFields, silentLog } from "../../../src/engine/index.js";
import { Type } from "../../../src/schema/index.js";
import { type Serving, serving } from "../../support/http.js";
import { closeAll, rawExchange, upstream } from "./reverseproxy/support.js";

let site: Serving;
let told: string[] = [];
afterEach(async () => {
  await site.stop();
  await closeAll();
});

const note = (message: string, _fields?: LogFields) => void told.push(message);
const log: Log = { ...silentLog, warn: note, error: note, named: () => log };

/** A handler that does what a test wants. */
const doing = (act: Handler["handle"]) =>
  defineHandler({
    name: "test",
    summary: "Does what a test wants.",
    schema: Type.Object({}),
    provision: () => ({ handle: act }),
  });

/** All that comes back for a request to a site with such a handler. */
async function answerTo(act: Handler["handle"], chain: Json[] = [], server: Json = {}) {
  told = [];
  const handle = [{ handler: "test" }, ...chain];
  site = await serving([{ handle }], { modules: [doing(act)], server, log });
  const get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const text = await rawExchange(site.port, get);
  await nextTurn();
  return text;
}

const broken = [new Error("no"), "text", undefined, null, Symbol("s"), Object.create(null)];
const hello: Json = { handler: "static_response", body: "hello" };

/** Ways to spoil a head, of which node refuses to write every one. */
const spoiling: [string, (response: ResponseWriter) => void][] = [
  ["a name", ({ headers }) => headers.set("X A", "1")],
  ["a name that is empty", ({ headers }) => headers.set("", "1")],
  ["a value", ({ headers }) => headers.set("X-A", "1\r\nX-Evil: 1")],
  ["a value beyond Latin-1", ({ headers }) => headers.set("X-A", "日")],
];

describe("a handler that fails", () => {
  it.each(broken.map((thrown, i) => [i, thrown]))(
    "is a 500, thrown: case %s",
    async (_i, thrown) => {
      const text = await answerTo(() => {
        throw thrown;
      });
      expect(text).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    },
  );

  it.each(broken.map((thrown, i) => [i, thrown]))(
    "is a 500, rejected: case %s",
    async (_i, thrown) => {
      const text = await answerTo(async () => {
        await nextTurn();
        throw thrown;
      });
      expect(text).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    },
  );

  it.each([0, 42, 101, 1000, Number.NaN])(
    "with a status that is none is a 500: %s",
    async (status) => {
      const fail = () => {
        throw new HttpError(status);
      };
      expect(await answerTo(fail)).toMatch(/^HTTP\/1\.1 500 /);
      await site.stop();
      const errors = { routes: [{ match: [{ path: ["/none"] }], handle: [] }] };
      expect(await answerTo(fail, [], { errors })).toMatch(/^HTTP\/1\.1 500 /);
    },
  );

  it("after its head is out ends the connection", async () => {
    const text = await answerTo(async ({ response }) => {
      response.sendHead(200);
      response.write("half");
      await nextTurn();
      throw new Error("no");
    });
    expect(text).not.toMatch(/0\r\n\r\n$/);
  });

  it("by answering twice ends the connection after the first answer", async () => {
    const text = await answerTo(({ response }) => {
      response.send(200, bodyOf("one"));
      response.send(200, bodyOf("two"));
    });
    expect(text).toMatch(/\r\n\r\none$/);
  });

  it("in a hook is a 500", async () => {
    const text = await answerTo(async ({ response }) => {
      response.onHead(() => {
        throw new Error("no");
      });
      await nextTurn();
    });
    expect(text).toMatch(/^HTTP\/1\.1 500 /);
  });
});

describe("a request with an empty Host", () => {
  const errors = { routes: [{ handle: [{ handler: "static_response", body: "no host" }] }] };
  const server = { errors };
  const asking = async (line: string) => {
    site = await serving([{ handle: [hello] }], { server });
    return rawExchange(site.port, `GET ${line}\r\nHost:\r\nConnection: close\r\n\r\n`);
  };

  it("is a 400 that error routes may answer", async () => {
    expect(await asking("/ HTTP/1.1")).toMatch(/^HTTP\/1\.1 400 [\s\S]*no host$/);
  });

  it.each(["/ HTTP/1.0", "http://a/ HTTP/1.1"])("is served if it needs none: %s", async (line) => {
    expect(await asking(line)).toMatch(/^HTTP\/1\.1 200 [\s\S]*hello$/);
  });
});

describe("a request for no path but the server as a whole", () => {
  it.each([
    ["OPTIONS", /^HTTP\/1\.1 200 [\s\S]*\r\nContent-Length: 0\r\n/],
    ["GET", /^HTTP\/1\.1 200 [\s\S]*hello$/],
  ])("is no route's business when it is OPTIONS: %s *", async (method, answer) => {
    site = await serving([{ handle: [hello] }]);
    const text = await rawExchange(
      site.port,
      `${method} * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(answer);
  });
});

describe("a head that cannot be written", () => {
  const errors = { routes: [{ handle: [hello] }] };
  const cases = spoiling.flatMap(([what, spoil]) =>
    (["at once", "later"] as const).flatMap((when) =>
      [{}, { errors }].map((server) => ({ what, when, spoil, server })),
    ),
  );
  it.each(cases)("ends the connection, and is logged: $what, $when, $server", async (one) => {
    const act: Handler["handle"] = ({ response }) => {
      one.spoil(response);
      if (one.when === "later") return nextTurn<void>();
    };
    expect(await answerTo(act)).toBe("");
    expect(told.length).toBeGreaterThan(0);
  });

  it("is replaced by that of an error if the error's has no part in it", async () => {
    const text = await answerTo(({ response }) => {
      response.headers.set("Content-Type", "text/plain\n");
      response.send(200, bodyOf("text"));
    });
    expect(text).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
  });

  it.each([0, 1000])("of a proxied answer ends it: %s bytes held back", async (size) => {
    const { dial } = await upstream((_request, response) => response.end("0123456789"));
    const proxy = { handler: "reverse_proxy", upstreams: [{ dial }], response_buffers: size };
    const text = await answerTo(
      (exchange, next) => {
        exchange.response.onHead(({ headers }) => headers.set("X A", "1"));
        return next(exchange);
      },
      [proxy],
    );
    expect(text).toBe("");
    expect(told.length).toBeGreaterThan(0);
  });
});

describe("a failure in the middle of an answer", () => {
  it("lets nobody take half of it for all, also where it ends with the connection", async () => {
    const act: Handler["handle"] = ({ response }) => {
      response.sendHead(200);
      response.write("half");
      throw new Error("no");
    };
    site = await serving([{ handle: [{ handler: "test" }] }], { modules: [doing(act)], log });
    const client = connect(site.port, "127.0.0.1");
    client.write("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    await expect(textOf(client)).rejects.toThrow("ECONNRESET");
  });
});

describe("an answer that is cut when the server stops", () => {
  it("is taken by nobody for the whole, also where it ends with the connection", async () => {
    const act: Handler["handle"] = ({ response }) => {
      response.sendHead(200);
      response.write("half");
      return new Promise(() => {});
    };
    site = await serving([{ handle: [{ handler: "test" }] }], { modules: [doing(act)], log });
    const client = connect(site.port, "127.0.0.1");
    client.write("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    await once(client, "data");
    const rest = textOf(client);
    await Promise.all([site.stop(), expect(rest).rejects.toThrow("ECONNRESET")]);
  });
});
