import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { UpstreamError } from "../../../../src/apps/http/reverseproxy/errors.js";
import { AnswerReader } from "../../../../src/apps/http/reverseproxy/reader.js";

/** What a reader makes of some pieces of bytes, and of the end after them. */
function read(pieces: readonly Buffer[], { method = "GET", upgrade = "", max = 1 << 20 } = {}) {
  const seen = { interim: [] as number[], status: 0, fields: [] as readonly string[], body: "" };
  const reader = new AnswerReader(
    {
      onInformation: ({ status }) => seen.interim.push(status),
      onHead: ({ status, fields }) => Object.assign(seen, { status, fields }),
      onData: (data) => {
        seen.body += data.toString("latin1");
      },
    },
    max,
  );
  reader.begin({ method, upgrade });
  let rest = "";
  for (const piece of pieces) {
    if (reader.done || reader.upgraded) rest += piece.toString("latin1");
    else {
      reader.push(piece);
      rest = reader.rest.toString("latin1");
    }
  }
  const early = reader.done;
  if (!reader.done && !reader.upgraded) reader.finish();
  const { trailers, upgraded, answer } = reader;
  return { ...seen, trailers, upgraded, rest, early, keepAlive: answer?.keepAlive };
}

const EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

const of = (text: string, how = {}) => read([Buffer.from(text, "latin1")], how);

describe("reading an answer", () => {
  it("takes as much body as Content-Length says", () => {
    const answer = of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y \r\n\r\nhello");
    expect(answer).toMatchObject({ status: 200, body: "hello", early: true, keepAlive: true });
    expect(answer.fields).toEqual(["Content-Length", "5", "X", "y"]);
  });

  it("takes a Content-Length that is told twice for one", () => {
    const twice = "Content-Length: 2\r\nA: b\r\nContent-Length: 2\r\n";
    expect(of(`HTTP/1.1 200 OK\r\n${twice}\r\nhi`)).toMatchObject({ body: "hi", early: true });
  });

  it("keeps what follows the answer apart", () => {
    expect(of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello").rest).toBe("llo");
    expect(of("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK").rest).toBe("HTTP/1.1 200 OK");
  });

  it("decodes chunks, their extensions and trailers", () => {
    const answer = of(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n" +
        "3;a=b\r\nabc\r\n0A \r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n",
    );
    expect(answer).toMatchObject({ body: "abc0123456789", trailers: ["X-Sum", "1"], early: true });
  });

  it("takes all there is until the end when nothing says how long it is", () => {
    const answer = of("HTTP/1.1 200 OK\r\n\r\nall of this");
    expect(answer).toMatchObject({ body: "all of this", early: false, keepAlive: false });
  });

  it("expects no body after HEAD, 204 and 304", () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    expect(of(head, { method: "HEAD" }).early).toBe(true);
    expect(of("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").early).toBe(true);
    expect(of("HTTP/1.1 204 No Content\r\n\r\n").early).toBe(true);
  });

  it("tells interim answers from the final one", () => {
    const answer = of(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    );
    expect(answer).toMatchObject({ interim: [100, 103], status: 200, early: true });
  });

  it("hands the connection over when it was asked to switch", () => {
    const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: Echo\r\n\r\nfirst";
    expect(of(head, { upgrade: "echo" })).toMatchObject({ upgraded: true, rest: "first" });
  });

  it("does not keep connections that are to be closed, or of HTTP/1.0", () => {
    expect(of("HTTP/1.1 204 N\r\nConnection: X, Close\r\n\r\n").keepAlive).toBe(false);
    expect(of("HTTP/1.0 204 N\r\n\r\n").keepAlive).toBe(false);
  });

  it("takes lines that end in LF alone, and folded fields", () => {
    const answer = of("HTTP/1.1 200 OK\nA: b\n c\r\nContent-Length: 1\n\nx");
    expect(answer).toMatchObject({ fields: ["A", "b c", "Content-Length", "1"], body: "x" });
  });
});

describe("what is no proper answer", () => {
  const refused: readonly (readonly [why: string, text: string, how?: object])[] = [
    ["garbage", "SSH-2.0-OpenSSH\r\n\r\n"],
    ["another version", "HTTP/2.0 200 OK\r\n\r\n"],
    ["a status that is none", "HTTP/1.1 20 OK\r\n\r\n"],
    ["a status below 100", "HTTP/1.1 099 OK\r\n\r\n"],
    ["no status line", "\r\nHTTP/1.1 200 OK\r\n\r\n"],
    ["a field without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n"],
    ["a field without a colon", "HTTP/1.1 200 OK\r\nX\r\n\r\n"],
    ["a blank before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n"],
    ["a bare CR in a field", "HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: c\r\n\r\n"],
    ["NUL in a field", "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"],
    ["a first field that is folded", "HTTP/1.1 200 OK\r\n A: b\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    ["a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na"],
    ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
    ["a hexadecimal length", "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\na"],
    [
      "length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ["another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"],
    ["chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["a chunk without size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;x\r\n"],
    ["a negative chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"],
    [
      "a chunk that is too long",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    ],
    [
      "a chunk line that ends in LF",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n",
    ],
    [
      "an endless chunk line",
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${"x".repeat(5000)}`,
    ],
    ["a body that stops short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"],
    [
      "chunks that stop short",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ],
    ["a switch nobody asked for", "HTTP/1.1 101 S\r\nUpgrade: echo\r\n\r\n"],
    ["a switch to something else", "HTTP/1.1 101 S\r\nUpgrade: b\r\n\r\n", { upgrade: "a" }],
    ["too large a head", `HTTP/1.1 200 OK\r\nA: ${"x".repeat(200)}\r\n\r\n`, { max: 100 }],
    ["too large a part of a head", `HTTP/1.1 200 OK\r\nA: ${"x".repeat(200)}`, { max: 100 }],
    ["too many fields", `HTTP/1.1 200 OK\r\n${"a:b\r\n".repeat(5001)}\r\n`],
    ["too many interim answers", `${"HTTP/1.1 102 P\r\n\r\n".repeat(40)}${EMPTY}`, { max: 500 }],
    ["nothing", ""],
  ];
  it.each(refused)("is refused: %s", (_why, text, how = {}) => {
    expect(() => of(text, how)).toThrow(UpstreamError);
  });
});

describe("an answer that comes in pieces", () => {
  const answers = [
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
    "HTTP/1.1 200 OK\nA: b\n\nuntil the end",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "3\r\nabc\r\n1;q\r\nd\r\n0\r\nT: u\r\nV: w\r\n\r\nrest",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 204 No Content\r\nA: b\r\n c\r\n\r\nHTTP",
  ];
  it("is read as if it came at once", () => {
    const arbitrary = fc.tuple(fc.constantFrom(...answers), fc.array(fc.nat(120)));
    fc.assert(
      fc.property(arbitrary, ([text, cuts]) => {
        const bytes = Buffer.from(text, "latin1");
        const bounds = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length];
        bounds.sort((a, b) => a - b);
        const pieces = bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end));
        expect(read(pieces)).toEqual(of(text));
      }),
      { numRuns: 500 },
    );
  });

  it("is read byte by byte", () => {
    for (const text of answers) {
      expect(read([...text].map((byte) => Buffer.from(byte, "latin1")))).toEqual(of(text));
    }
  });
});
