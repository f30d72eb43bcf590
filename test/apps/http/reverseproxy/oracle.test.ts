// Our reader against two others. Proper answers must be read alike by all three. Of broken ones,
// what we accept must be what the others read too, if they accept it: a proxy that reads an answer
// in another way than everybody else can be made to mix answers up.

import { request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Client } from "undici";
import { AnswerReader } from "../../../../src/apps/http/reverseproxy/reader.js";
import { closeAll, rawUpstream } from "./support.js";

afterEach(closeAll);

interface Read {
  readonly status: number;
  readonly body: string;
}

function ours(bytes: Buffer): Read | undefined {
  let status = 0;
  let body = "";
  const events = {
    onInformation() {},
    onHead(head: { status: number }) {
      status = head.status;
    },
    onData(data: Buffer) {
      body += data.toString("latin1");
    },
  };
  const reader = new AnswerReader(events, 1 << 20);
  reader.begin({ method: "GET", upgrade: "" });
  try {
    reader.push(bytes);
    if (!reader.done) reader.finish();
  } catch {
    return undefined;
  }
  return { status, body };
}

function nodes(port: number): Promise<Read | undefined> {
  return new Promise((resolve) => {
    const failed = () => resolve(undefined);
    const request = httpRequest({ port, host: "127.0.0.1", agent: false }, (response) => {
      let body = "";
      response.setEncoding("latin1");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => {
        if (response.complete) resolve({ status: response.statusCode ?? 0, body });
        else failed();
      });
      response.on("error", failed);
    });
    request.on("error", failed).on("upgrade", failed).end();
  });
}

async function undicis(port: number): Promise<Read | undefined> {
  const client = new Client(`http://127.0.0.1:${port}`);
  try {
    const { statusCode, body } = await client.request({ path: "/", method: "GET" });
    return { status: statusCode, body: Buffer.from(await body.arrayBuffer()).toString("latin1") };
  } catch {
    return undefined;
  } finally {
    await client.destroy();
  }
}

/** Let all three read these bytes, after which the connection ends. */
async function readByAll(bytes: Buffer) {
  const { port } = await rawUpstream((socket: Socket) => {
    socket.once("data", () => socket.end(bytes));
  });
  const result = { ours: ours(bytes), node: await nodes(port), undici: await undicis(port) };
  await closeAll();
  return result;
}

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/).map((name) => `x-${name}`);
const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const body = fc.string({ unit: fc.constantFrom("a", "b", "\r", "\n", "0", ":"), maxLength: 40 });

/** A proper answer, in one of the three ways that a body can end. */
const proper = fc
  .record({
    status: fc.constantFrom(200, 201, 299, 301, 404, 500, 599, 204, 304),
    fields: fc.array(fc.tuple(token, value), { maxLength: 5 }),
    parts: fc.array(body, { maxLength: 4 }),
    framing: fc.constantFrom("length", "chunked", "close"),
    interim: fc.boolean(),
  })
  .map(({ status, fields, parts, framing, interim }) => {
    const lines = fields.map(([name, text]) => `${name}: ${text}\r\n`).join("");
    const bodiless = status === 204 || status === 304;
    const whole = bodiless ? "" : parts.join("");
    const chunks = parts.filter((part) => part !== "").map((part) => chunk(part));
    const ends = {
      length: `Content-Length: ${whole.length}\r\n\r\n${whole}`,
      chunked: `Transfer-Encoding: chunked\r\n\r\n${bodiless ? "" : `${chunks.join("")}0\r\n\r\n`}`,
      close: `Connection: close\r\n\r\n${whole}`,
    };
    const before = interim ? "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" : "";
    const usual = bodiless ? "close" : (framing as keyof typeof ends);
    return `${before}HTTP/1.1 ${status} Reason\r\n${lines}${ends[usual]}`;
  });

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** A proper answer in which something was changed that readers care about. */
const broken = fc
  .tuple(
    proper,
    fc.array(
      fc.record({
        at: fc.nat(300),
        cut: fc.nat(3),
        put: fc.constantFrom(
          "",
          " ",
          "\r",
          "\n",
          "\r\n",
          "\0",
          ":",
          ",",
          ";",
          "0",
          "1",
          "f",
          "-",
          "\r\n\r\n",
          "\r\nContent-Length: 3\r\n",
          "\r\nTransfer-Encoding: chunked\r\n",
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((now, { at, cut, put }) => {
      const place = at % (now.length + 1);
      return now.slice(0, place) + put + now.slice(place + cut);
    }, text),
  );

describe("beside node:http and undici", () => {
  it("reads every proper answer as they do", async () => {
    await fc.assert(
      fc.asyncProperty(proper, async (text) => {
        const { ours, node, undici } = await readByAll(Buffer.from(text, "latin1"));
        expect(ours).toBeDefined();
        expect(node).toEqual(ours);
        expect(undici).toEqual(ours);
      }),
      { numRuns: 100 },
    );
  });

  it("reads no broken answer in a way of its own", async () => {
    await fc.assert(
      fc.asyncProperty(broken, async (text) => {
        const { ours, node } = await readByAll(Buffer.from(text, "latin1"));
        if (ours && node) expect(node).toEqual(ours);
      }),
      { numRuns: 200 },
    );
  });
});
