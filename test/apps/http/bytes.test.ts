// Bytes that are no UTF-8, from where a request brings them to where an answer shows them.

import { afterEach, describe, expect, it } from "@jest/globals";
import {
  bytesOf,
  encodeComponent,
  percentDecode,
  respelled,
} from "../../../src/apps/http/percent.js";
import { bodyOf } from "../../../src/apps/http/response.js";
import type { Json } from "../../../src/document/index.js";
import { type Serving, serving } from "../../support/http.js";
import { rawExchange } from "./reverseproxy/support.js";

let site: Serving;
afterEach(() => site?.stop());

/** What is answered, one character for each byte. */
async function answer(handle: Json, path: string, field = "X-In: "): Promise<string> {
  site = await serving([{ handle }]);
  const head = `GET ${path} HTTP/1.1\r\nHost: a\r\n${field}\r\nConnection: close\r\n\r\n`;
  return rawExchange(site.port, head);
}

const says = (headers: Json, body = ""): Json => [{ handler: "static_response", headers, body }];

describe("bytes that are no UTF-8", () => {
  it("of a path are in a body and in fields what they were", async () => {
    const handle = says({ "X-Out": ["{http.request.uri.path}"] }, "<{http.request.uri.path.file}>");
    const text = await answer(handle, "/a%e9%c3%a9");
    expect(text).toContain("X-Out: /a\xe9\xc3\xa9\r\n");
    expect(text).toMatch(/Content-Length: 6\r\n[\s\S]*<a\xe9\xc3\xa9>$/);
  });

  it("of a field are what they were in a body, in fields, and after a replacement", async () => {
    const field = "X-In: a\xff\xc3\xa9";
    const value = "{http.request.header.X-In}";
    const replace = { "X-In": [{ search: "a", replace: "b" }] };
    const handle: Json = [
      { handler: "headers", request: { replace } },
      ...(says({ "X-Out": [value] }, value) as Json[]),
    ];
    const text = await answer(handle, "/", field);
    expect(text).toContain("X-Out: b\xff\xc3\xa9\r\n");
    expect(text).toMatch(/\r\n\r\nb\xff\xc3\xa9$/);
  });

  it("are no characters to a matcher", async () => {
    const route = (value: string): Json => ({
      match: [{ header: { "X-In": [value] } }],
      handle: says({}, "matched"),
    });
    site = await serving([route("\u00ff"), { handle: says({}, "not") }]);
    const get = (value: string) =>
      rawExchange(
        site.port,
        `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-In: ${value}\r\n\r\n`,
      );
    expect(await get("\xff")).toMatch(/not$/);
    expect(await get("\xc3\xbf")).toMatch(/matched$/);
  });
});

describe("a text of bytes", () => {
  it.each([
    ["/a.txt", "2f612e747874"],
    ["é\udce9😀\udcff", "c3a9e9f09f9880ff"],
    ["\udd00\ud800", "efbfbdefbfbd"],
    ["\udcff\udd00", "ffefbfbd"],
  ])("%j is %s", (text, hex) => {
    expect(bytesOf(text).toString("hex")).toBe(hex);
    expect(bodyOf(text).length).toBe(hex.length / 2);
  });

  it.each(["%E2%82%AC", "%FF", "%C3%28", "%F0%9F%98", "%ED%A0%80"])(
    "is undone and made: %s",
    (escapes) => {
      const text = percentDecode(escapes) as string;
      expect(percentDecode(encodeComponent(text))).toBe(text);
      expect(bytesOf(text).toString("hex").toUpperCase()).toBe(
        Buffer.from(unescape(escapes), "latin1").toString("hex").toUpperCase(),
      );
    },
  );

  it("has one spelling", () => {
    expect(respelled("\udce2\udc82\udcac")).toBe("€");
    expect(respelled("a\udce2\udc82b")).toBe("a\udce2\udc82b");
    expect(respelled("€\ud800")).toBe("€\ud800");
  });
});
