import { describe, expect, it } from "@jest/globals";
import { on, siteOf } from "./site.js";

describe("a file that was compressed beforehand", () => {
  const files = { "a.css": "original", "a.css.gz": "zipped", "a.css.br": "brotli", "b.css": "b" };
  const site = () => siteOf(files, { precompressed: { gzip: {}, br: {} } });

  it("is sent to those who accept it, under its own tag and the original's type", () =>
    on(site(), async ({ get }) => {
      const plain = await get("/a.css");
      const zipped = await get("/a.css", { "accept-encoding": "gzip" });
      expect(zipped.body).toBe("zipped");
      expect(zipped.headers).toMatchObject({
        "content-encoding": "gzip",
        "content-length": "6",
        "content-type": "text/css; charset=utf-8",
        vary: "Accept-Encoding",
      });
      expect(plain.body).toBe("original");
      expect(plain.headers.vary).toBe("Accept-Encoding");
      expect(plain.headers.etag).not.toBe(zipped.headers.etag);
    }));

  it("is passed over where there is none", () =>
    on(site(), async ({ get }) => {
      const { body, headers } = await get("/b.css", { "accept-encoding": "br, gzip" });
      expect(body).toBe("b");
      expect(headers["content-encoding"]).toBeUndefined();
    }));

  it("can be asked for in ranges", () =>
    on(site(), async ({ get }) => {
      const part = await get("/a.css", { "accept-encoding": "br", range: "bytes=1-2" });
      expect(part).toMatchObject({ status: 206, body: "ro" });
    }));
});
