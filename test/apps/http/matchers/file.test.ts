import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Exchange } from "../../../../src/apps/http/exchange.js";
import { visible } from "../../../../src/apps/http/fileserver/now.js";
import type { FileConfig } from "../../../../src/apps/http/matchers/file.js";
import { compileFileMatch, file } from "../../../../src/apps/http/matchers/index.js";
import type { Log } from "../../../../src/engine/index.js";
import { silentLog } from "../../../../src/engine/index.js";
import { alone, loneContext } from "../../../support/alone.js";
import { directoryWith } from "../fileserver/site.js";
import { type Asked, asking } from "./asking.js";

const PATH = "{http.request.uri.path}";
const QUERY = "{http.request.uri.query.q}";

let base: string;
let root: string;
beforeAll(() => {
  base = directoryWith({
    "secret.txt": "",
    "[odd]/a.txt": "",
    "www/index.html": "",
    "www/a.txt": "12345",
    "www/a b.txt": "1",
    "www/a[1].txt": "",
    "www/a1.txt": "",
    "www/back\\slash": "",
    "www/star*": "",
    "www/=99": "",
    "www/=404": "",
    "www/page.html": "123456789",
    "www/empty.txt": "",
    "www/dir/index.html": "",
    "www/d[x]/y.txt": "",
    "www/x.php": "",
    "www/y.phpx/z.php": "",
    "www/rel/10/f": "",
    "www/rel/2/f": "",
    "www/rel/1/other": "",
    "www/rel/loose": "",
    "www/café.txt": "",
  });
  root = join(base, "www");
  writeFileSync(Buffer.from(`${root}/\xff.txt`, "latin1"), "");
  mkdirSync(Buffer.from(`${root}/bytes\xff`, "latin1"));
  symlinkSync("a.txt", join(root, "link"));
  symlinkSync("dir", join(root, "linkdir"));
  symlinkSync("nowhere", join(root, "dangling"));
  symlinkSync("circle", join(root, "circle"));
  utimesSync(join(root, "a.txt"), 1, 2.000_0015);
  utimesSync(join(root, "page.html"), 1, 2.000_0035);
  utimesSync(join(root, "empty.txt"), 1, 2.000_0025);
});

/** What a file placeholder tells. */
const told = (exchange: Exchange, name: string) =>
  exchange.placeholder(`http.matchers.file.${name}`);

/** The file that a matcher finds below the root, as it would be rewritten to. */
function found(config: FileConfig, asked: Asked | string = {}): string | undefined {
  const exchange = asking(typeof asked === "string" ? { url: asked } : asked);
  const matched = alone(file, { root, ...config }).match(exchange);
  expect(matched).toBe(told(exchange, "relative") !== undefined);
  return told(exchange, "relative");
}

describe("the file matcher", () => {
  it.each([
    ["/a.txt", "/a.txt"],
    ["/a.txt/", "/a.txt"],
    ["/a%20b.txt", "/a b.txt"],
    ["/A.txt", undefined],
    ["/a.txt/x", undefined],
    ["/none", undefined],
    ["/dir", undefined],
    ["/dir/", undefined],
    ["/", undefined],
    ["/dir/../a.txt", "/a.txt"],
    ["//dir//.///index.html", "/dir/index.html"],
    ["/link", "/link"],
    ["/linkdir/index.html", "/linkdir/index.html"],
    ["/dangling", undefined],
    ["/circle", undefined],
    ["/circle/x", undefined],
    [`/${"n".repeat(300)}`, undefined],
    [`/${"a/".repeat(3000)}`, undefined],
    ["/caf%C3%A9.txt", "/café.txt"],
    ["/%ff.txt", "/\udcff.txt"],
    ["/a[1].txt", "/a[1].txt"],
    ["/star*", "/star*"],
    ["/sta*", undefined],
    ["/back%5Cslash", "/back\\slash"],
  ])("looks for the path of the request, if nothing else is said: %s", (url, expected) => {
    expect(found({}, url)).toBe(expected);
    expect(found({ try_files: [] }, url)).toBe(expected);
  });

  it.each([
    ["/../secret.txt"],
    ["/%2e%2e/secret.txt"],
    ["/..%2fsecret.txt"],
    ["/dir/%2e%2e/..%2f../secret.txt"],
    ["/a.txt%00"],
    ["/a%00/../a.txt"],
    ["/%ff/..%2f..%2fsecret.txt"],
    ["/%c0%ae%c0%ae/secret.txt"],
  ])("never looks outside of its root: %s", (url) => {
    expect(found({}, url)).toBeUndefined();
    expect(found({ try_files: [`${PATH}*`] }, url)).toBeUndefined();
  });

  it("tells where the file is, and what it is", () => {
    const exchange = asking({ url: "/dir/x" });
    const matcher = alone(file, { root: `${base}//x/../www/`, try_files: [PATH, "dir/"] });
    expect(matcher.match(exchange)).toBe(true);
    expect(told(exchange, "relative")).toBe("/dir/");
    expect(told(exchange, "absolute")).toBe(`${root}/dir/`);
    expect(told(exchange, "type")).toBe("directory");
    expect(told(exchange, "remainder")).toBe("");
    expect(told(exchange, "other")).toBeUndefined();
    expect(alone(file, { root }).match(asking({ url: "/a.txt" }))).toBe(true);
  });

  it("tells of the file that was found last", () => {
    const exchange = asking({ url: "/a.txt" });
    expect(alone(file, { root, try_files: ["/page.html"] }).match(exchange)).toBe(true);
    expect(alone(file, { root }).match(exchange)).toBe(true);
    expect(alone(file, { root, try_files: ["/none"] }).match(exchange)).toBe(false);
    expect(told(exchange, "absolute")).toBe(`${root}/a.txt`);
    expect(told(exchange, "type")).toBe("file");
  });

  it("looks below the variable root, and in the current directory when there is none", () => {
    const exchange = asking({ url: "/a.txt" });
    expect(alone(file, {}).match(exchange)).toBe(false);
    exchange.vars.set("root", root);
    expect(alone(file, {}).match(exchange)).toBe(true);
    exchange.vars.set("root", base);
    expect(alone(file, { root: "" }).match(exchange)).toBe(false);
    expect(alone(file, { try_files: ["/package.json"] }).match(asking())).toBe(true);
  });

  it("takes a root for a name, whoever fills it", () => {
    expect(found({ root: `${base}/[odd]` }, "/a.txt")).toBe("/a.txt");
    expect(found({ root: `${base}/[odd]`, try_files: ["/*"] })).toBe("/a.txt");
    expect(found({ root: `${base}/${QUERY}` }, "/a.txt?q=www")).toBe("/a.txt");
    expect(found({ root: `${base}/${QUERY}` }, "/a.txt?q=*")).toBeUndefined();
    expect(() => found({ root: `${base}/${QUERY}` }, "/a.txt?q=%00")).toThrow("root cannot be");
  });

  it("may be asked without a set of matchers", () => {
    const test = compileFileMatch({ root, try_files: ["/none", PATH] }, loneContext());
    expect(test(asking({ url: "/a.txt" }))).toBe(true);
    expect(test(asking({ url: "/b.txt" }))).toBe(false);
  });
});

describe("try_files", () => {
  const clean = { try_files: [PATH, `${PATH}.html`, `${PATH}/`, "=404"] };

  it.each([
    ["/a.txt", "/a.txt"],
    ["/page", "/page.html"],
    ["/page/", "/page/.html"],
    ["/dir", "/dir/"],
    ["/dir/", "/dir/"],
    ["/d[x]", "/d[x]/"],
    ["/", "/"],
  ])("takes the first that is there: %s", (url, expected) => {
    if (expected === "/page/.html") expect(() => found(clean, url)).toThrow("404");
    else expect(found(clean, url)).toBe(expected);
  });

  it("falls back on what is there for certain", () => {
    expect(found({ try_files: [PATH, "/index.html"] }, "/some/route")).toBe("/index.html");
    expect(found({ try_files: [PATH, "index.html"] }, "/a.txt%00")).toBe("/index.html");
  });

  it.each([
    ["/dir", undefined],
    ["/dir/", "/dir/"],
    ["/a.txt", "/a.txt"],
    ["/a.txt/", undefined],
    ["/", "/"],
    ["", undefined],
    [".", undefined],
    ["../secret.txt", undefined],
    ["dir/../a.txt", "/a.txt"],
    ["/a\0.txt", undefined],
  ])("takes %j for a directory if it ends in a slash", (entry, expected) => {
    expect(found({ try_files: [entry] })).toBe(expected);
  });

  it.each([
    ["=404", 404],
    ["=+418", 418],
    ["=200", 200],
    ["=999", 999],
  ])("fails the request where %s stands", (entry, status) => {
    const config = { try_files: [PATH, entry, "/page.html"] };
    expect(found(config, "/a.txt")).toBe("/a.txt");
    expect(() => found(config, "/none")).toThrow(expect.objectContaining({ status }));
  });

  it.each(["=99", "=x", "=1000", "=-404", "=", "=4e2"])("takes %s for a name", (entry) => {
    expect(found({ try_files: [entry, "/page.html"] })).toBe(
      entry === "=99" ? "/=99" : "/page.html",
    );
  });

  it("refuses a status that cannot be sent, and says where", () => {
    expect(() => alone(file, { try_files: ["/a", "=103"] })).toThrow(
      "/try_files/1: 103 is no status",
    );
  });

  it("fills placeholders from the request, and takes unknown ones for nothing", () => {
    expect(found({ try_files: [`/${QUERY}.txt`] }, "/?q=a")).toBe("/a.txt");
    expect(found({ try_files: [`/${QUERY}`] }, "/?q=../secret.txt")).toBeUndefined();
    expect(found({ try_files: [`/${QUERY}`] }, "/?q=..%2fwww%2fa.txt")).toBeUndefined();
    expect(found({ try_files: ["/{no.such}a.txt"] })).toBe("/a.txt");
    expect(found({ try_files: [PATH] }, "/%7Bhttp.request.method%7D")).toBeUndefined();
  });
});

describe("a glob in try_files", () => {
  it.each([
    ["/rel/*/f", "/rel/10/f"],
    ["/rel/?/f", "/rel/2/f"],
    ["/rel/[!-1]/f", undefined],
    ["/rel/[^1]/f", "/rel/2/f"],
    ["/*/index.html", "/dir/index.html"],
    ["/d*/index.html", "/dir/index.html"],
    ["/rel/*", "/rel/loose"],
    ["/rel/*/", "/rel/1/"],
    ["/page*", "/page.html"],
    ["/none*", undefined],
    ["/a\\[1].txt", "/a[1].txt"],
    ["/a[1].txt", "/a1.txt"],
    ["/a.txt/*", undefined],
    ["/rel/*/../10/f", "/rel/10/f"],
    ["/*/../../secret*", undefined],
    ["/caf*", "/café.txt"],
    ["/bytes*/", "/bytes\udcff/"],
    ["/[^a].txt", "/\udcff.txt"],
  ])("finds the first that fits, by its bytes: %s", (entry, expected) => {
    expect(found({ try_files: [entry] })).toBe(expected);
  });

  it("is the config's alone: what fills a placeholder is text", () => {
    const matches = (q: string) => found({ try_files: [`/${QUERY}*.txt`] }, `/?q=${q}`);
    expect(matches("a")).toBe("/a b.txt");
    expect(matches("a%5B")).toBe("/a[1].txt");
    for (const glob of ["*", "?", "[a-z]", "%5C*", "a%5C", "%00"])
      expect(matches(glob)).toBeUndefined();
    const env = { env: { NAME: "a?" } };
    expect(alone(file, { root, try_files: ["/{env.NAME}*"] }, env).match(asking())).toBe(false);
  });

  it("is found however long the path before it is", () => {
    const url = `/${"a/".repeat(30_000)}`;
    expect(found({ try_files: [`${PATH}*`, "/*.html"] }, url)).toBe("/index.html");
  });

  it("finds the root of all", () => {
    expect(found({ root: "/", try_files: [`${base}*/`] })).toBe(`${base}/`);
  });

  it("is warned of when it is malformed, and matches nothing", () => {
    const warned: unknown[] = [];
    const log: Log = { ...silentLog, warn: (...line) => warned.push(line) };
    const matches = (entry: string) =>
      alone(file, { root, try_files: [entry] }, { log }).match(asking({ url: "/?q=a" }));
    expect(matches("/a[.txt")).toBe(false);
    expect(warned).toEqual([
      ["a file pattern is malformed and matches nothing", { pattern: "/a[.txt" }],
    ]);
    expect(matches(`/[${QUERY}].txt`)).toBe(true);
    expect(matches(`/[${QUERY}{http.vars.none}].txt`)).toBe(true);
    expect(matches("/[{http.vars.none}].txt")).toBe(false);
    expect(warned).toHaveLength(1);
  });
});

describe("split_path", () => {
  const php = { try_files: [PATH, "/index.html"], split_path: [".php", ".txt"] };

  it.each([
    ["/x.php", "/x.php", ""],
    ["/x.php/some/info", "/x.php", "/some/info"],
    ["/x.php/info/", "/x.php", "/info"],
    ["/x.php%2finfo", "/x.php", "/info"],
    ["/x.php/a[1]", "/x.php", "/a[1]"],
    ["/y.phpx/z.php/w", "/y.phpx/z.php", "/w"],
    ["/a.txt/x.php/z", "/index.html", ""],
    ["/a.txt/x", "/a.txt", "/x"],
    ["/x.phpx/info", "/index.html", ""],
    ["/x.PHP/info", "/index.html", ""],
    ["/x.ph%C5%BFp/info", "/index.html", ""],
  ])("cuts a path where the file's name is over: %s", (url, relative, remainder) => {
    const exchange = asking({ url });
    expect(alone(file, { root, ...php }).match(exchange)).toBe(true);
    expect(told(exchange, "relative")).toBe(relative);
    expect(told(exchange, "remainder")).toBe(remainder);
  });

  it("cares for no case, and takes its delimiters for text", () => {
    const split = (delimiter: string, url: string) => found({ split_path: [delimiter] }, url);
    expect(split(".TXT", "/a.txt/x")).toBe("/a.txt");
    expect(split("?txt", "/a.txt/x")).toBeUndefined();
    expect(split(".*", "/a.txt/x")).toBeUndefined();
  });

  it("cuts what a glob is made of, too", () => {
    const exchange = asking();
    const config = { root, try_files: ["/x*.php/in*fo\\*"], split_path: [".php"] };
    expect(alone(file, config).match(exchange)).toBe(true);
    expect(told(exchange, "relative")).toBe("/x.php");
    expect(told(exchange, "remainder")).toBe("/in*fo*");
  });
});

describe("a try_policy", () => {
  const files = ["/none", "/a.txt", "/page.html", "/empty.txt", "/dir", "/a.txt"];

  it.each<[NonNullable<FileConfig["try_policy"]>, string]>([
    ["first_exist", "/a.txt"],
    ["", "/a.txt"],
    ["smallest_size", "/empty.txt"],
    ["largest_size", "/page.html"],
    ["most_recently_modified", "/page.html"],
  ])("%j chooses %s", (try_policy, expected) => {
    expect(found({ try_files: files, try_policy })).toBe(expected);
    expect(found({ try_files: ["/none", "/dir"], try_policy })).toBeUndefined();
  });

  it("that compares takes the first of equals, from all that globs name", () => {
    const same = ["/page.html", "/link", "/a.txt"];
    expect(found({ try_files: same, try_policy: "smallest_size" })).toBe("/link");
    const twice = { try_files: ["/link", "/a.txt", "/none"] };
    expect(found({ ...twice, try_policy: "most_recently_modified" })).toBe("/link");
    expect(found({ try_files: ["/*"], try_policy: "largest_size" })).toBe("/page.html");
    expect(
      found({ try_files: ["/a.txt", "/empty.txt"], try_policy: "most_recently_modified" }),
    ).toBe("/empty.txt");
  });

  it("that compares knows no statuses, and says so", () => {
    const warned: unknown[] = [];
    const log: Log = { ...silentLog, warn: (...line) => warned.push(line) };
    const config: FileConfig = { root, try_files: ["=404"], try_policy: "smallest_size" };
    expect(alone(file, config, { log }).match(asking())).toBe(true);
    expect(warned).toHaveLength(1);
  });

  it("with a fallback takes anything that has the last name", () => {
    const last = (entry: string) =>
      found({ try_files: [PATH, entry], try_policy: "first_exist_fallback" });
    for (const name of ["/a.txt", "/dir", "/dir/"]) expect(last(name)).toBe(name);
    expect(last("/rel/*")).toBe("/rel/1");
    for (const name of ["/none", "/a.txt/", "/none*", "/dangling"])
      expect(last(name)).toBeUndefined();
    expect(() => last("=410")).toThrow(expect.objectContaining({ status: 410 }));
    const files = ["/dir", "/a.txt"];
    expect(found({ try_files: files, try_policy: "first_exist_fallback" })).toBe("/a.txt");
  });
});

describe("what may not be seen", () => {
  const failing = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };

  it("is not there, but a disk that fails is no answer", () => {
    expect(visible(() => 1)).toBe(1);
    for (const code of ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP"]) {
      expect(visible(failing(code))).toBeUndefined();
    }
    for (const code of ["EIO", "ENOMEM"]) expect(() => visible(failing(code))).toThrow(code);
  });

  const unprivileged = process.getuid?.() === 0 ? it.skip : it;
  unprivileged("is passed over, and its folder is there", () => {
    mkdirSync(join(root, "closed"));
    writeFileSync(join(root, "closed/x"), "");
    chmodSync(join(root, "closed"), 0);
    const config = { try_files: [PATH, `${PATH}/`, "/index.html"] };
    expect(found(config, "/closed/x")).toBe("/index.html");
    expect(found(config, "/closed")).toBe("/closed/");
    expect(found({ try_files: ["/closed/*"] })).toBeUndefined();
  });
});
