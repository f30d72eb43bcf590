// Files whose names are no UTF-8, as they come out of old archives and off old disks.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { FileServerConfig } from "../../../../src/apps/http/fileserver/config.js";
import { on, type Setting, type Site, siteOf } from "./site.js";

/** Names of files, one character for each byte. */
const NAMES: Readonly<Record<string, string>> = {
  "\xff.txt": "one byte",
  "caf\xe9/index.html": "in a folder",
  "caf\xe9/\xc3\xa9\xe9.txt": "both",
  "\xfe.js": "plain",
  "\xfe.js.gz": "zipped",
  "\xfe.js.tag": '"stored"',
  "large\xff": "x".repeat(100_000),
  "\xe2\x82\xac.txt": "a euro",
  "\xff.secret": "hidden",
  "\xc0\xaf": "overlong",
};

async function site(config: FileServerConfig = {}, setting: Setting = {}): Promise<Site> {
  const made = await siteOf({ "a.txt": "a" }, config, setting);
  for (const [name, content] of Object.entries(NAMES)) {
    const path = Buffer.from(`${made.root}/${name}`, "latin1");
    mkdirSync(Buffer.from(dirname(path.toString("latin1")), "latin1"), { recursive: true });
    writeFileSync(path, content);
  }
  return made;
}

describe("a file whose name is no UTF-8", () => {
  it.each([
    ["/%ff.txt", "one byte"],
    ["/%FF%2Etxt", "one byte"],
    ["/caf%e9/", "in a folder"],
    ["/caf%e9/%c3%a9%e9.txt", "both"],
    ["/caf%e9/..//caf%e9/%c3%a9%e9.txt", "both"],
    ["/large%ff", "x".repeat(100_000)],
    ["/%c0%af", "overlong"],
  ])("is found at %s", (path, body) =>
    on(site(), async ({ get }) => {
      expect(await get(path)).toMatchObject({ status: 200, body });
      expect(await get(path)).toMatchObject({ status: 200, body });
    }),
  );

  it("has the type, the tag and the stored forms that its name gives it", () => {
    const config = { precompressed: { gzip: {} }, etag_file_extensions: [".tag"] };
    return on(site(config), async ({ get }) => {
      const { headers, body } = await get("/%fe.js");
      expect(body).toBe("plain");
      expect(headers.etag).toBe('"stored"');
      expect(headers["content-type"]).toContain("javascript");
      expect((await get("/%fe.js", { "accept-encoding": "gzip" })).body).toBe("zipped");
    });
  });

  it("may be a folder, whose address ends in a slash", () =>
    on(site(), async ({ get }) => {
      expect(await get("/caf%e9?a")).toMatchObject({
        status: 308,
        headers: { location: "/caf%e9/?a" },
      });
    }));

  it.each([["*.secret"], ["?.secret"]])("is hidden by %s", (rule) =>
    on(site({ hide: [rule] }), async ({ get }) => {
      expect((await get("/%ff.secret")).status).toBe(404);
    }),
  );
});

describe("bytes that are UTF-8 only together", () => {
  // A rewrite can put together what came apart.
  const joining: Setting = {
    before: (exchange) => {
      exchange.target = { path: "/\udce2\udc82\udcac.txt", rawPath: "/", query: "" };
    },
  };

  it("name the file that they name on disk", () =>
    on(site({}, joining), async ({ get }) => {
      expect((await get("/x")).body).toBe("a euro");
    }));

  it("are hidden by its name", () =>
    on(site({ hide: ["€.txt"] }, joining), async ({ get }) => {
      expect((await get("/x")).status).toBe(404);
    }));
});

describe("a path that is no UTF-8", () => {
  it.each([
    ["/%ff", 404],
    ["/%ff%00", 400],
    ["/%ff/../%ff%00.txt", 400],
    ["/%ff/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", 404],
    ["/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd", 404],
    ["/%ff..%2f..%2f..%2fetc/passwd", 404],
    ["/..%2f%ff/..%2f../etc/passwd", 404],
  ])("leads nowhere else: %s is %i", (path, status) =>
    on(site(), async ({ get }) => {
      expect((await get(path)).status).toBe(status);
    }),
  );

  it.each(["\ud800.txt", "\udd00.txt"])("and stands for no bytes names nothing: %j", (name) => {
    const before: Setting["before"] = (exchange) => {
      exchange.target = { path: `/${name}`, rawPath: "/", query: "" };
    };
    return on(siteOf({ "\ufffd.txt": "odd" }, {}, { before }), async ({ get }) => {
      expect((await get("/x")).status).toBe(404);
    });
  });
});
