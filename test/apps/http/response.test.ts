// Where an answer ends on its connection, whatever a config says of its length. The client is a raw
// socket: one that knows HTTP would hide what comes after an answer.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Handler } from "../../../src/apps/http/module.js";
import { type BodyFilter, bodyOf, type ResponseWriter } from "../../../src/apps/http/response.js";
import type { Json } from "../../../src/document/index.js";
import { type Serving, serving } from "../../support/http.js";
import { closeAll, rawExchange, serving as servingOne, upstream } from "./reverseproxy/support.js";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "graft-response-"));
  writeFileSync(join(root, "small.txt"), "0123456789");
  writeFileSync(join(root, "large.bin"), Buffer.alloc(2_000_000, "x"));
});
afterAll(() => rmSync(root, { recursive: true }));

let site: Serving | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
  await closeAll();
});

/** What comes back for two requests, of which the second asks for `/next` and ends the connection. */
async function twoAnswers(chain: readonly Json[], first = "GET /first HTTP/1.1"): Promise<string> {
  const next = { handler: "static_response", body: "next" };
  site = await serving([
    { match: [{ path: ["/next"] }], handle: [next], terminal: true },
    { handle: [...chain] },
  ]);
  const second = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  return rawExchange(site.port, `${first}\r\nHost: a\r\n\r\n${second}`);
}

/** What comes back when a handler of one's own answers. */
async function answerOf(act: (response: ResponseWriter) => unknown, version = "1.1") {
  const handler: Handler = {
    handle: async ({ response }) => {
      await act(response);
    },
  };
  const { port } = await servingOne(handler);
  return rawExchange(port, `GET / HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`);
}

const saying = (body: string, headers: Json): Json => ({
  handler: "static_response",
  body,
  headers,
});
const setting = (set: Json, deferred = false): Json => ({
  handler: "headers",
  response: { set, deferred },
});
const files = (): Json => ({ handler: "file_server", root });
const rewriting = (uri: string): Json => ({ handler: "rewrite", uri });
const twoHeads = /HTTP\/1\.1 .*HTTP\/1\.1 /s;
const nextBody = /\r\n\r\nnext$/;

describe("a whole answer", () => {
  it.each([["2"], ["100"], ["x"], ["1, 2"], ["-1"]])(
    "has its true length, though the config says %s",
    async (length) => {
      const text = await twoAnswers([saying("longer", { "Content-Length": [length] })]);
      expect(text).toMatch(/\r\n\r\nlongerHTTP/);
      expect(text.match(/Content-Length: .*/g)).toEqual(["Content-Length: 6", "Content-Length: 4"]);
      expect(text).toMatch(nextBody);
    },
  );

  it("is not said to be chunked when it is not", async () => {
    const text = await twoAnswers([saying("short", { "Transfer-Encoding": ["chunked"] })]);
    expect(text).not.toMatch(/transfer-encoding/i);
    expect(text).toMatch(/\r\n\r\nshortHTTP/);
  });

  it("may announce a length to HEAD, and to a cache that has it", async () => {
    const chain = [saying("", { "Content-Length": ["100"] })];
    const text = await twoAnswers(chain, "HEAD /first HTTP/1.1");
    expect(text).toContain("Content-Length: 100\r\n");
    expect(text).toMatch(nextBody);
    const fresh = {
      handler: "static_response",
      status_code: 304,
      headers: { "Content-Length": ["7"] },
    };
    await site?.load([{ handle: [fresh] }]);
    const get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    expect(await rawExchange(site?.port ?? 0, get)).toMatch(
      /304.*Content-Length: 7\r\n.*\r\n\r\n$/s,
    );
  });

  it("has no length where there can be no body", async () => {
    const empty = {
      handler: "static_response",
      status_code: 204,
      headers: { "Content-Length": ["5"] },
    };
    const text = await twoAnswers([empty]);
    expect(text.match(/Content-Length: .*/g)).toEqual(["Content-Length: 4"]);
    expect(text).toMatch(nextBody);
  });
});

describe("an answer that announces trailers", () => {
  it.each([
    ["whole", saying("body", {})],
    ["empty", { handler: "static_response" }],
    ["without a body", { handler: "static_response", status_code: 204 }],
    ["an error", { handler: "error", status_code: 404 }],
  ] as [string, Json][])("has none where they cannot follow: %s", async (_how, handler) => {
    const text = await twoAnswers([setting({ Trailer: ["X-T"] }), handler]);
    expect(text).not.toMatch(/trailer/i);
    expect(text).toMatch(nextBody);
  });

  it("has none where they cannot follow: a file", async () => {
    const chain = [setting({ Trailer: ["X-T"] }), rewriting("/large.bin"), files()];
    const text = await twoAnswers(chain);
    expect(text).not.toMatch(/trailer/i);
    expect(text).toMatch(nextBody);
    await site?.stop();
    expect(await twoAnswers(chain, "HEAD /first HTTP/1.1")).toMatch(nextBody);
  });

  it("keeps them in chunks, and to a client of HTTP/1.0 has none", async () => {
    const trailing = (response: ResponseWriter) => {
      response.headers.set("Trailer", "X-T");
      response.sendHead(200);
      response.raw.addTrailers({ "X-T": "1" });
      response.end(Buffer.from("body"));
    };
    expect(await answerOf(trailing)).toMatch(/Trailer: X-T\r\n.*\r\n0\r\nX-T: 1\r\n\r\n$/s);
    expect(await answerOf(trailing, "1.0")).toMatch(/\r\n\r\nbody$/);
  });
});

describe("a file", () => {
  it.each(["small.txt", "large.bin"])("goes out whole under its own length: %s", async (name) => {
    const chain = [setting({ "Content-Length": ["1"] }), rewriting(`/${name}`), files()];
    const text = await twoAnswers(chain);
    expect(text).toMatch(/\r\n\r\n(0123456789|x{2000000})HTTP/);
    expect(text).toMatch(nextBody);
  });

  it("is told by its length to HEAD, and in part to who asks for a part", async () => {
    const chain = [rewriting("/small.txt"), files()];
    const head = await twoAnswers(chain, "HEAD /first HTTP/1.1");
    expect(head).toMatch(/Content-Length: 10\r\n.*\r\n\r\nHTTP/s);
    await site?.stop();
    const part = await twoAnswers(chain, "GET /first HTTP/1.1\r\nRange: bytes=2-4");
    expect(part).toMatch(/206.*Content-Length: 3\r\n.*\r\n\r\n234HTTP/s);
    expect(part).toMatch(nextBody);
  });

  it("breaks off when a deferred change makes it longer or shorter than declared", async () => {
    for (const length of ["1", "3000000"]) {
      const change = setting({ "Content-Length": [length] }, true);
      const text = await twoAnswers([change, rewriting("/large.bin"), files()]);
      expect(text).not.toMatch(twoHeads);
      const body = text.slice(text.indexOf("\r\n\r\n") + 4);
      expect(body.length).toBeLessThan(Number(length));
      await site?.stop();
    }
  });
});

describe("a proxied answer", () => {
  it.each([
    ["shorter than it says", "100"],
    ["longer than it says", "1"],
  ])("breaks off when it is %s", async (_how, length) => {
    const { dial } = await upstream((_request, response) => response.end("0123456789"));
    const proxy = { handler: "reverse_proxy", upstreams: [{ dial }] };
    const text = await twoAnswers([setting({ "Content-Length": [length] }, true), proxy]);
    expect(text).toContain(`Content-Length: ${length}\r\n`);
    expect(text).not.toMatch(twoHeads);
    expect(text.slice(text.indexOf("\r\n\r\n") + 4).length).toBeLessThan(Number(length));
  });

  it("has no length when it is said to have two", async () => {
    const { dial } = await upstream((_request, response) => response.end("0123456789"));
    const proxy = { handler: "reverse_proxy", upstreams: [{ dial }] };
    const text = await twoAnswers([setting({ "Content-Length": ["1"] }), proxy]);
    expect(text).toMatch(/Transfer-Encoding: chunked\r\n.*\r\na\r\n0123456789\r\n0\r\n\r\nHTTP/s);
    expect(text).toMatch(nextBody);
  });

  it("may announce a length to HEAD", async () => {
    const { dial } = await upstream((_request, response) => {
      response.writeHead(200, { "Content-Length": 10 }).end();
    });
    const proxy = { handler: "reverse_proxy", upstreams: [{ dial }] };
    const text = await twoAnswers([proxy], "HEAD /first HTTP/1.1");
    expect(text).toMatch(/Content-Length: 10\r\n.*\r\n\r\nHTTP/s);
    expect(text).toMatch(nextBody);
  });
});

describe("a streamed answer", () => {
  const declaring = (response: ResponseWriter, length: number) => {
    response.headers.set("Content-Length", String(length));
    response.sendHead(200);
  };

  it.each([
    ["is sent if it is as long as declared", 6, /\r\n\r\nabc\xc3\xbc!$/],
    ["breaks off if it is longer", 4, /\r\n\r\nabc$/],
    ["breaks off if it is shorter", 60, /\r\n\r\nabc\xc3\xbc$/],
  ])("%s", async (_how, length, expected) => {
    const text = await answerOf((response) => {
      declaring(response, length);
      response.write("abc");
      response.write("ü");
      response.end(Buffer.from("!"));
    });
    expect(text).toContain(`Content-Length: ${length}\r\n`);
    expect(text).toMatch(expected);
  });

  it("may come out of a stream, but never goes beyond the length", async () => {
    const source = () => Readable.from([Buffer.from("abc"), Buffer.from("def")]);
    const whole = await answerOf((response) => {
      declaring(response, 6);
      return response.pipe(source());
    });
    expect(whole).toMatch(/\r\n\r\nabcdef$/);
    const broken = await answerOf((response) => {
      declaring(response, 4);
      return response.pipe(source());
    });
    expect(broken).toMatch(/\r\n\r\n(abc)?$/);
  });
});

describe("a filtered answer", () => {
  /** Says everything twice; what is known whole it says at once if it is `short`. */
  const doubling = (short = 0): BodyFilter => ({
    whole: ({ wire, length }) =>
      length <= short ? bodyOf(`${wire}`.replace(/.*/s, "$&$&")) : undefined,
    stream(out) {
      const input = new Transform({
        transform: (chunk: Buffer, _encoding, done) => done(null, Buffer.concat([chunk, chunk])),
      });
      input.pipe(out);
      return { input, flush: () => void input.emit("flushed") };
    },
  });
  const failures: Error[] = [];
  const filtering = (response: ResponseWriter, ...filters: BodyFilter[]) => {
    response.onHead(() => {
      for (const filter of filters) response.filterBody(filter, (error) => failures.push(error));
    });
  };

  it.each(["1.1", "1.0"])("has no length if it comes out in parts: HTTP/%s", async (version) => {
    const text = await answerOf((response) => {
      filtering(response, doubling());
      response.headers.set("Content-Length", "3");
      response.send(200, bodyOf("abc"));
    }, version);
    expect(text).not.toMatch(/content-length/i);
    expect(text).toMatch(version === "1.0" ? /\r\n\r\nabcabc$/ : /\r\n6\r\nabcabc\r\n0\r\n\r\n$/);
  });

  it("has its new length if it comes out whole", async () => {
    const text = await answerOf((response) => {
      filtering(response, doubling(10));
      response.send(200, bodyOf("abc"));
    });
    expect(text).toMatch(/Content-Length: 6\r\n.*\r\n\r\nabcabc$/s);
  });

  it("goes through one filter after another", async () => {
    for (const short of [0, 3, 6]) {
      const text = await answerOf((response) => {
        filtering(response, doubling(short), doubling(short));
        response.send(200, bodyOf("abc"));
      });
      expect(text).toMatch(/abcabcabcabc/);
    }
  });

  it("goes through as one piece if it is sent as one piece after all", async () => {
    const text = await answerOf((response) => {
      filtering(response, doubling(10));
      response.sendHead(200);
      response.end(Buffer.from("abc"));
    });
    expect(text).toMatch(/\r\n6\r\nabcabc\r\n0\r\n\r\n$/);
  });

  it("goes through in parts, and has ended once its last is in", async () => {
    const ended: boolean[] = [];
    const text = await answerOf(async (response) => {
      filtering(response, doubling(10));
      response.sendHead(200);
      if (!response.write("a")) await response.drained();
      response.flush();
      ended.push(response.ended);
      response.end(Buffer.from("b"));
      ended.push(response.ended);
    });
    expect(text).toMatch(/\r\naa\r\n2\r\nbb\r\n0\r\n\r\n$/);
    expect(ended).toEqual([false, true]);
  });

  const declaringThree = (body: string) => (response: ResponseWriter) => {
    filtering(response, doubling());
    response.headers.set("Content-Length", "3");
    response.sendHead(200);
    response.write(body);
    response.end();
  };

  it.each(["ab", "abcd"])(
    "breaks off if what goes in is not as long as declared: %s",
    async (body) => {
      expect(await answerOf(declaringThree(body))).not.toMatch(/\r\n0\r\n\r\n$/);
    },
  );

  it("breaks off by a reset where its end would be the connection's", async () => {
    const { port } = await servingOne({
      handle: ({ response }) => declaringThree("ab")(response),
    });
    const client = connect(port, "127.0.0.1", () => client.write("GET / HTTP/1.0\r\n\r\n"));
    await expect(textOf(client)).rejects.toThrow("ECONNRESET");
  });

  it("breaks off if the filter fails", async () => {
    const text = await answerOf((response) => {
      const failing = new Transform({
        transform: (_chunk, _encoding, done) => done(new Error("no")),
      });
      filtering(response, {
        whole: () => undefined,
        stream: () => ({ input: failing, flush() {} }),
      });
      response.send(200, bodyOf("abc"));
    });
    expect(failures).toEqual([new Error("no")]);
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it("knows how long the body is going to be before its head goes out", async () => {
    const known: (number | undefined)[] = [];
    const told = (act: (response: ResponseWriter) => void) =>
      answerOf((response) => {
        response.onHead(({ length }) => known.push(length));
        act(response);
      });
    await told((response) => response.send(200, bodyOf("abc")));
    await told((response) => {
      response.headers.set("Content-Length", "4");
      response.sendHead(200);
      response.end(Buffer.from("abcd"));
    });
    await told((response) => {
      response.sendHead(200);
      response.end();
    });
    expect(known).toEqual([3, 4, undefined]);
  });
});
