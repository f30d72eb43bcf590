import { chmodSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { HttpError } from "../../../../src/apps/http/exchange.js";
import { Files } from "../../../../src/apps/http/fileserver/files.js";
import { fileServer } from "../../../../src/apps/http/fileserver/index.js";
import { parseTarget } from "../../../../src/apps/http/target.js";
import { alone } from "../../../support/alone.js";
import { serverView } from "../../../support/server-view.js";
import { directoryWith, MODIFIED, on, siteOf } from "./site.js";

const SITE = {
  "index.html": "home",
  "a b.txt": "0123456789",
  "data.unknown-kind": "?",
  "docs/index.html": "docs",
  "docs/ünï.txt": "unicode",
  "empty/nothing/file": "x",
  "evil/index.html": "evil",
  "back\\slash.txt": "backslash",
  "app.WASM": "",
};
const site = (...rest: Parameters<typeof siteOf> extends [unknown, ...infer R] ? R : never) =>
  siteOf(SITE, ...rest);

describe("a file", () => {
  it("is sent with its length, type, tag and date", () =>
    on(site(), async ({ get, root }) => {
      const { status, headers, body } = await get("/a%20b.txt");
      const { mtimeNs } = statSync(join(root, "a b.txt"), { bigint: true });
      expect({ status, body }).toEqual({ status: 200, body: "0123456789" });
      expect(headers).toMatchObject({
        "content-length": "10",
        "content-type": "text/plain; charset=utf-8",
        "last-modified": MODIFIED.toUTCString(),
        etag: `"${mtimeNs.toString(36)}-a"`,
        "accept-ranges": "bytes",
        vary: "Accept-Encoding",
      });
    }));

  it("is described, and not sent, to HEAD", () =>
    on(site(), async ({ get }) => {
      const { status, headers, body } = await get("/a%20b.txt", {}, "HEAD");
      expect({ status, body }).toEqual({ status: 200, body: "" });
      expect(headers["content-length"]).toBe("10");
    }));

  it.each([
    ["/data.unknown-kind", undefined],
    ["/app.WASM", "application/wasm"],
    ["/docs/", "text/html; charset=utf-8"],
  ])("at %s is of type %p", (path, type) =>
    on(site(), async ({ get }) => {
      expect((await get(path)).headers["content-type"]).toBe(type);
    }),
  );

  it.each([
    ["/docs/%C3%BCn%C3%AF.txt", "unicode"],
    ["/docs%2F%C3%BCn%C3%AF.txt", "unicode"],
    ["/docs/../a%20b.txt", "0123456789"],
    ["//docs//index.html", "docs"],
    ["/back%5Cslash.txt", "backslash"],
    ["/../../../a%20b.txt", "0123456789"],
  ])("is found at %s", (path, body) =>
    on(site(), async ({ get }) => {
      expect(await get(path)).toMatchObject({ status: 200, body: Buffer.from(body).toString() });
    }),
  );

  it("is not what a byte that is no UTF-8 looks like", () =>
    on(siteOf({ "\ufffd.txt": "odd" }), async ({ get }) => {
      expect((await get("/%EF%BF%BD.txt")).body).toBe("odd");
      expect((await get("/%ff.txt")).status).toBe(404);
    }));

  it("shows a change at once, also when it was kept in memory", () =>
    on(site(), async ({ get, root }) => {
      const file = join(root, "index.html");
      for (const content of ["home", "away", "back"]) {
        writeFileSync(file, content);
        expect((await get("/")).body).toBe(content);
        expect((await get("/")).body).toBe(content);
      }
    }));

  it("has neither tag nor date when its own date says nothing", () =>
    on(site(), async ({ get, root }) => {
      utimesSync(join(root, "index.html"), 1, 1);
      const { headers } = await get("/");
      expect(headers.etag).toBeUndefined();
      expect(headers["last-modified"]).toBeUndefined();
    }));

  it("is followed through a symbolic link", () =>
    on(site(), async ({ get, root }) => {
      const elsewhere = directoryWith({ "file.txt": "linked" });
      symlinkSync(join(elsewhere, "file.txt"), join(root, "link.txt"));
      expect((await get("/link.txt")).body).toBe("linked");
    }));
});

describe("what cannot be served", () => {
  it.each([
    ["/nothing", 404],
    ["/empty/", 404],
    ["/empty", 404],
    ["/index.html/below", 404],
    [`/${"long".repeat(100)}`, 404],
    ["/%00", 400],
    ["/a%20b.txt%00.html", 400],
    ["/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", 404],
    ["/..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd", 404],
    ["/..%5c..%5c..%5cetc%5cpasswd", 404],
  ])("%s is %i", (path, status) =>
    on(site(), async ({ get }) => {
      expect((await get(path)).status).toBe(status);
    }),
  );

  it("a link that leads to itself is 404", () =>
    on(site(), async ({ get, root }) => {
      symlinkSync("loop", join(root, "loop"));
      expect((await get("/loop")).status).toBe(404);
    }));

  it("a device is 404", () =>
    on(site(), async ({ get, root }) => {
      symlinkSync("/dev/zero", join(root, "zero"));
      expect((await get("/zero")).status).toBe(404);
    }));

  const unprivileged = process.getuid?.() === 0 ? it.skip : it;
  unprivileged("a file without permission is 403", () =>
    on(site(), async ({ get, root }) => {
      chmodSync(join(root, "index.html"), 0);
      expect((await get("/")).status).toBe(403);
    }),
  );

  it.each([
    ["EACCES", 403],
    ["ENOMEM", 503],
    ["ENOTDIR", 404],
  ])("a directory whose indexes cannot be looked at, with %s, is %i", (code, status) =>
    on(site(), async ({ get }) => {
      const looks = jest.spyOn(serverView.files, "look").mockImplementation((path) => {
        if (!path.includes("index.")) return Files.prototype.look.call(serverView.files, path);
        return Promise.reject(Object.assign(new Error(code), { code }));
      });
      expect((await get("/docs/")).status).toBe(status);
      looks.mockRestore();
    }),
  );

  it("another method is 405 and told which there are", () =>
    on(site(), async ({ get }) => {
      const { status, headers } = await get("/", {}, "POST");
      expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: "GET, HEAD" });
      expect((await get("/nothing", {}, "POST")).status).toBe(404);
    }));

  it("is left to the next handler with pass_thru", () =>
    on(site({ pass_thru: true }), async ({ get }) => {
      expect((await get("/nothing", {}, "POST")).body).toBe("next handler");
      expect((await get("/", {}, "POST")).status).toBe(405);
    }));
});

describe("a canonical address", () => {
  it.each([
    ["/docs", "/docs/"],
    ["/docs?a=1&b=%20", "/docs/?a=1&b=%20"],
    ["/a%20b.txt/", "/a%20b.txt"],
    ["/a%20b.txt%2f", "/a%20b.txt"],
    ["//docs", "/docs/"],
    ["//other.example/../evil", "/other.example/../evil/"],
    ["/\\other.example/../evil", "/other.example/../evil/"],
    ["/%5Cother.example/..%2Fevil", "/%5Cother.example/..%2Fevil/"],
  ])("of %s is %s", (path, location) =>
    on(site(), async ({ get }) => {
      expect(await get(path)).toMatchObject({ status: 308, headers: { location } });
    }),
  );

  it("is not enforced when switched off", () =>
    on(site({ canonical_uris: false }), async ({ get }) => {
      expect((await get("/docs")).body).toBe("docs");
      expect((await get("/a%20b.txt/")).body).toBe("0123456789");
    }));

  it("is that of the request as it came, before rewrites", () => {
    const stripped = {
      before: (exchange: { target: unknown }) => {
        exchange.target = parseTarget("/docs?internal=1");
      },
    };
    return on(site({}, stripped), async ({ get }) => {
      expect((await get("/app/docs?q=1")).headers.location).toBe("/app/docs/?q=1");
      expect((await get("/other")).body).toBe("docs");
    });
  });
});

describe("conditions and ranges", () => {
  it("spare a client what it has", () =>
    on(site(), async ({ get }) => {
      const { headers } = await get("/a%20b.txt");
      const again = await get("/a%20b.txt", { "if-none-match": headers.etag });
      expect(again).toMatchObject({ status: 304, body: "" });
      expect(again.headers).toMatchObject({ etag: headers.etag, vary: "Accept-Encoding" });
      expect(again.headers["content-type"]).toBeUndefined();
      const changed = await get("/a%20b.txt", { "if-match": '"other"' });
      expect(changed.status).toBe(412);
    }));

  it("send one part", () =>
    on(site(), async ({ get }) => {
      const part = await get("/a%20b.txt", { range: "bytes=2-4" });
      expect(part).toMatchObject({ status: 206, body: "234" });
      expect(part.headers["content-range"]).toBe("bytes 2-4/10");
      expect(part.headers["content-length"]).toBe("3");
    }));

  it("send several parts", () =>
    on(site(), async ({ get }) => {
      const { status, headers, body } = await get("/a%20b.txt", { range: "bytes=0-1,-2" });
      expect(status).toBe(206);
      expect(headers["content-type"]).toMatch(/^multipart\/byteranges; boundary=/);
      expect(headers["content-length"]).toBe(String(body.length));
      expect(body).toMatch(/Content-Range: bytes 0-1\/10\r\n\r\n01\r\n--[\s\S]*\r\n\r\n89\r\n--/);
    }));

  it("refuse what is not there", () =>
    on(site(), async ({ get }) => {
      const refused = await get("/a%20b.txt", { range: "bytes=10-" });
      expect(refused).toMatchObject({ status: 416, body: "" });
      expect(refused.headers["content-range"]).toBe("bytes */10");
      expect(refused.headers.etag).toBeUndefined();
    }));

  it("ignore a range meant for another version", () =>
    on(site(), async ({ get }) => {
      const whole = await get("/a%20b.txt", { range: "bytes=0-1", "if-range": '"old"' });
      expect(whole).toMatchObject({ status: 200, body: "0123456789" });
    }));
});

describe("another status", () => {
  const conditional = { "if-none-match": "*", range: "bytes=0-1" };

  it("is sent with the whole file, whatever the conditions", () =>
    on(site({ status_code: "404" }), async ({ get }) => {
      expect(await get("/", conditional)).toMatchObject({ status: 404, body: "home" });
    }));

  it("comes from the error that the file explains", () => {
    const failing = {
      before: (exchange: { error: unknown }) => {
        exchange.error = new HttpError(503);
      },
    };
    return on(site({}, failing), async ({ get }) => {
      expect(await get("/", conditional, "POST")).toMatchObject({ status: 503, body: "home" });
    });
  });

  it("without a body has none", () =>
    on(site({ status_code: 204 }), async ({ get }) => {
      const { status, headers, body } = await get("/");
      expect({ status, body }).toEqual({ status: 204, body: "" });
      expect(headers["content-length"]).toBeUndefined();
    }));

  it.each(["100", "abc", 1000])("cannot be %p", (status_code) => {
    expect(() => alone(fileServer, { status_code })).toThrow("is no status (write 200 to 999)");
  });
});

describe("a stored entity tag", () => {
  const files = { a: "a", "a.tag": '"stored"\n', b: "b", "b.tag": "unquoted" };
  const tagged = () => siteOf(files, { etag_file_extensions: [".sum", ".tag"] });

  it("takes the place of the computed one", () =>
    on(tagged(), async ({ get }) => {
      expect((await get("/a")).headers.etag).toBe('"stored"');
      expect((await get("/a", { "if-none-match": '"stored"' })).status).toBe(304);
    }));

  it("is passed over when it is no tag", () =>
    on(tagged(), async ({ get }) => {
      expect((await get("/b")).headers.etag).toMatch(/^"\w+-1"$/);
    }));
});

describe("a root", () => {
  it("is that of each request, where a request fills it", () => {
    const files = { "a/x": "of a", "b/x": "of b" };
    const below = (root: string) => ({ root: `${root}/{http.request.uri.query.of}` });
    return on(siteOf(files, below), async ({ get }) => {
      expect((await get("/x?of=a")).body).toBe("of a");
      expect((await get("/x?of=b")).body).toBe("of b");
      expect((await get("/x?of=a%00")).status).toBe(400);
      expect((await get("/x?of=b")).body).toBe("of b");
      expect((await get("/x")).status).toBe(404);
    });
  });

  it("comes from the variable `root` when the config names none", () => {
    const root = directoryWith({ "index.html": "from the variable" });
    const varied = {
      before: ({ vars }: { vars: Map<string, unknown> }) => void vars.set("root", root),
    };
    return on(siteOf({}, { root: "{http.vars.root}" }, varied), async ({ get }) => {
      expect((await get("/")).body).toBe("from the variable");
    });
  });
});
