import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { compileRule } from "../../../../src/apps/http/fileserver/hide.js";
import { on, siteOf } from "./site.js";

describe("a hide rule", () => {
  it.each([
    [".git", "/srv/.git/config", true],
    [".git", "/srv/.gitignore", false],
    ["*.bak", "/srv/a/x.bak", true],
    ["/srv/secret", "/srv/secret", true],
    ["/srv/secret", "/srv/secret/deep/file", true],
    ["/srv/secret/", "/srv/secret/file", true],
    ["/srv/secret", "/srv/secrets", false],
    ["/srv/*/private", "/srv/a/private", true],
    ["/srv/*/private", "/srv/a/b/private", false],
    ["./here", join(process.cwd(), "here", "x"), true],
    ["/", "/anything", true],
    ["odd[name", "/srv/odd[name", true],
    ["", "/srv", false],
  ])("%j on %j is %p", (rule, file, hidden) => {
    expect(compileRule(rule)(file)).toBe(hidden);
  });
});

describe("a hidden file", () => {
  const files = { "index.html": "no", "index.txt": "yes", "a/.git/x": "no", "b.bak": "no" };
  const site = () => siteOf(files, (root) => ({ hide: [".git", "*.bak", `${root}/index.html`] }));

  it.each(["/a/.git/x", "/b.bak", "/index.html", "/a/.git/"])("at %s is not there", (path) =>
    on(site(), async ({ get }) => {
      expect((await get(path)).status).toBe(404);
    }),
  );

  it("is passed over as an index", () =>
    on(site(), async ({ get }) => {
      expect((await get("/")).body).toBe("yes");
    }));
});
