// A text that is edited and adapted again: what did not change is made once, and nobody can tell
// from the document.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { caddyfile, createCaddyfile, type Directive } from "../../../adapters/caddyfile/index.js";
import { type Adapted, isObject, type Json, type JsonArray } from "../../../src/document/index.js";

const FILES: Record<string, string> = { "common.caddy": "header X-Common yes" };
const readFile = (path: string) => FILES[path.split("/").at(-1) ?? ""] ?? "";
const world = { file: "Caddyfile", readFile, env: { NAME: "from-env" } };

/** Bodies of sites: some take numbers for groups, some reach beyond their site, some are wrong. */
const bodies = [
  'respond "hello"',
  "handle /a/* {\n\t\treverse_proxy 127.0.0.1:9000\n\t}\n\thandle {\n\t\trespond 404\n\t}",
  "route {\n\t\thandle /x {\n\t\t\trespond x\n\t\t}\n\t\thandle {\n\t\t\trespond y\n\t\t}\n\t}",
  "try_files {path} /index.html =404\n\tfile_server",
  "@old path /old*\n\tredir @old /new\n\tfile_server",
  "log\n\trespond logged",
  "tls internal\n\trespond secret",
  "import common\n\trespond imported",
  "import wrap {\n\t\theader X-Wrapped yes\n\t}\n\trespond wrapped",
  "import common.caddy\n\trespond imported",
  "invoke shared",
  "bind 127.0.0.2\n\trespond bound",
  "root * {$NAME}\n\tfile_server",
  "respond <<TEXT\n\tsome lines\n\tof text\n\tTEXT",
  "handle_errors {\n\t\trespond {err.status_code}\n\t}",
  "rewrite /a /b\n\trespond one",
  "header X-Odd `back\nticks`\n\trespond odd",
  "nonsense",
];

const site = fc.record({
  name: fc.integer({ min: 0, max: 30 }),
  alias: fc.boolean(),
  body: fc.constantFrom(...bodies),
});
type SiteText = { name: number; alias: boolean; body: string };

const options = fc.constantFrom("", "{\n\tadmin off\n}\n\n", "{\n\thttp_port 8080\n}\n\n");
/** What a snippet does with the block it is given; one of them warns. */
const wraps = fc.constantFrom(
  "{block}",
  "{block}\n\t{block}",
  "route {\n\t\t{block}\n\t}",
  "header X-Instead yes",
  "basicauth {\n\t\tbob $2a$14$abcdefghijklmnopqrstuv\n\t}",
);
const preamble = "(common) {\n\theader X-Snippet yes\n}\n\n&(shared) {\n\trespond shared\n}\n\n";

function textOf(head: string, sites: readonly SiteText[], wrap = "{block}"): string {
  const blocks = sites.map(({ name, alias, body }) => {
    const also = alias ? `, http://also-${name}.example:81` : "";
    return `http://site-${name}.example:80${also} {\n\t${body}\n}\n`;
  });
  return `${head}(wrap) {\n\t${wrap}\n}\n\n${preamble}${blocks.join("\n")}`;
}

/** What comes of a text, or what is wrong with it. */
function outcome(adapt: () => Adapted): unknown {
  try {
    const { document, warnings } = adapt();
    return { document, warnings };
  } catch (error) {
    return String(error);
  }
}

describe("adapting a text again in one session", () => {
  it("gives what adapting it for the first time gives", () => {
    const edit = fc.record({
      at: fc.nat(),
      site: fc.option(site),
      insert: fc.boolean(),
      options: fc.option(options, { freq: 8 }),
      wrap: fc.option(wraps, { freq: 3 }),
    });
    const start = fc.array(site, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(start, fc.array(edit, { minLength: 1, maxLength: 8 }), (sites, edits) => {
        const session = {};
        let now: SiteText[] = sites;
        let head = "";
        let wrapping: string | undefined;
        for (const { at, site: next, insert, options: other, wrap } of edits) {
          const text = textOf(head, now, wrapping);
          const anew = outcome(() => caddyfile.adapt(text, world));
          expect(outcome(() => caddyfile.adapt(text, { ...world, session }))).toEqual(anew);
          now = now.toSpliced(at % (now.length + 1), insert ? 0 : 1, ...(next ? [next] : []));
          head = other ?? head;
          wrapping = wrap ?? wrapping;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("makes the routes of the sites that stay once", () => {
    const session = {};
    const proxied = { alias: false, body: bodies[1] as string };
    const sites = [0, 1, 2, 3].map((name) => ({ name, ...proxied }));
    const before = routesOf(caddyfile.adapt(textOf("", sites), { ...world, session }));
    const body = proxied.body.replace("404", "410");
    const edited = sites.map((one) => (one.name === 2 ? { ...one, body } : one));
    const after = routesOf(caddyfile.adapt(textOf("", edited), { ...world, session }));
    expect(after.map((route, i) => route === before[i])).toEqual([true, true, false, true]);
    const again = routesOf(caddyfile.adapt(textOf("", edited), { ...world, session }));
    expect(again.map((route, i) => route === after[i])).toEqual([true, true, true, true]);
  });

  it("sees what a snippet makes of the block that it is given", () => {
    const site = "http://a.example {\n\timport wrap {\n\t\theader X-A yes\n\t}\n\trespond hi\n}\n";
    const session = {};
    for (const wrap of [
      "{block}",
      "{block}\n\t{block}",
      "",
      "route {\n\t\t{block}\n\t}",
      "{block}",
    ]) {
      const text = `(wrap) {\n\t${wrap}\n}\n${site}`;
      const { document } = caddyfile.adapt(text, world);
      expect(caddyfile.adapt(text, { ...world, session }).document).toEqual(document);
    }
  });

  it("makes sites once that import the same as before", () => {
    const session = {};
    const sites = [0, 1].map((name) => ({ name, alias: false, body: bodies[7] as string }));
    const before = routesOf(caddyfile.adapt(textOf("", sites), { ...world, session }));
    const edited = [{ name: 0, alias: false, body: bodies[0] as string }, sites[1] as SiteText];
    const after = routesOf(caddyfile.adapt(textOf("", edited), { ...world, session }));
    expect(after[1]).toBe(before[1]);
  });

  it("says what there is to say of a snippet, whichever site imports it first", () => {
    const session = {};
    const site = (name: number) => `http://s${name}.example {\n\timport odd\n}\n`;
    const odd = "(odd) {\n\tbasicauth {\n\t\tbob $2a$14$abcdefghijklmnopqrstuv\n\t}\n}\n";
    for (const sites of [site(0) + site(1), site(1), site(1)]) {
      const { warnings } = caddyfile.adapt(odd + sites, world);
      expect(warnings.length).toBeGreaterThan(0);
      expect(caddyfile.adapt(odd + sites, { ...world, session }).warnings).toEqual(warnings);
    }
  });

  it("makes nothing twice in another session, or without one", () => {
    const text = textOf("", [{ name: 1, alias: false, body: bodies[0] as string }]);
    const adapt = (session?: object) =>
      routesOf(caddyfile.adapt(text, session ? { ...world, session } : world))[0];
    expect(adapt({})).not.toBe(adapt({}));
    expect(adapt()).not.toBe(adapt());
  });

  it("makes everything anew when a directive reads a file, which may be another one by now", () => {
    const read: Directive = {
      name: "read",
      position: { before: "respond" },
      read: (line) => {
        const { text } = line.expectArgument("a file");
        const body = line.scope.run.readFile?.(text) ?? "";
        return { match: undefined, handle: { handler: "static_response", body } };
      },
    };
    const adapter = createCaddyfile({ directives: [read] });
    const session = {};
    let content = "one";
    const text = "http://a.example {\n\tread some.txt\n}\n";
    const adapt = () =>
      JSON.stringify(adapter.adapt(text, { ...world, readFile: () => content, session }).document);
    expect(adapt()).toContain("one");
    content = "two";
    expect(adapt()).toContain("two");
  });
});

function routesOf({ document }: Adapted): JsonArray {
  const servers = ["apps", "http", "servers", "srv0", "routes"].reduce<Json | undefined>(
    (node, key) => (isObject(node) ? node[key] : undefined),
    document,
  );
  return servers as JsonArray;
}
