// Words that are not the adapter's own: directives, options, matchers and modules that somebody
// brings. Each adapter knows those it was made with.

import { describe, expect, it } from "@jest/globals";
import {
  caddyfile,
  createCaddyfile,
  defineDirective,
  defineMatcher,
  defineModule,
  defineOption,
  omitEmpty,
  readRoutes,
} from "../../../adapters/caddyfile/index.js";
import type { Adapter } from "../../../src/document/index.js";
import { refusalOf } from "./support.js";

// greet [<matcher>] <name> [<greeting>]
const greet = defineDirective(
  "greet",
  (line) => {
    const match = line.matcher();
    const name = line.expectArgument("a name").text;
    const greeting = line.argument()?.text;
    return { match, handle: { handler: "greeter", name, ...omitEmpty({ greeting }) } };
  },
  { before: "respond" },
);

// twice { <directives...> }
const twice = defineDirective("twice", (line) => {
  const routes = readRoutes(line);
  return { match: undefined, handle: [{ handler: "twice", routes }] };
});

// counter [<name>] { start <number> }
const counter = defineOption("counter", (line, { apps }) => {
  const name = line.argument()?.text;
  const [start] = line.block().map((inner) => inner.expectArgument("a number").toInteger());
  return { apps: { ...apps, counter: omitEmpty({ name, start }) } };
});

// weekday <days...>
const weekday = defineMatcher("weekday", (lines) => lines.flatMap((line) => line.remainingTexts()));

// paper [<width>]
const paper = defineModule("caddy.logging.writers.paper", (line) =>
  omitEmpty({ width: line.argument()?.toInteger() }),
);

/** The handlers of a Caddyfile's only server, in their order. */
function handlersOf(adapter: Adapter, text: string): unknown {
  const { apps } = adapter.adapt(text, {}).document as {
    apps: { http: { servers: { srv0: { routes: { handle: unknown[] }[] } } } };
  };
  return apps.http.servers.srv0.routes.flatMap(({ handle }) => handle);
}

const respond = { handler: "static_response", body: "bye" };
const vars = { handler: "vars", a: 1 };

describe("a directive that was added", () => {
  const adapter = createCaddyfile({ directives: [greet, twice] });

  it("has its place among the others", () => {
    expect(handlersOf(adapter, ":80 {\n respond bye\n greet you hello\n vars a 1\n}")).toEqual([
      vars,
      { handler: "greeter", name: "you", greeting: "hello" },
      respond,
    ]);
  });

  it("takes matchers as the others do", () => {
    const { document } = adapter.adapt(":80 {\n @m path /a /b\n greet @m you\n}", {});
    expect(document).toMatchObject({
      apps: { http: { servers: { srv0: { routes: [{ match: [{ path: ["/a", "/b"] }] }] } } } },
    });
  });

  it("has no place without a position, until the order option gives it one", () => {
    const site = ":80 {\n respond bye\n twice {\n  greet you\n }\n}\n";
    const made = { handler: "twice", routes: [{ handle: [{ handler: "greeter", name: "you" }] }] };

    expect(refusalOf(() => adapter.adapt(site, {})).message).toBe(
      "Caddyfile:3:2: directive 'twice' is not an ordered HTTP handler, so it cannot be used here" +
        " - try placing within a route block or using the order global option",
    );
    expect(handlersOf(adapter, `{\n order twice first\n}\n${site}`)).toEqual([made, respond]);
    expect(handlersOf(adapter, `{\n order twice after greet\n}\n${site}`)).toEqual([made, respond]);
    expect(handlersOf(adapter, `{\n order twice last\n}\n${site}`)).toEqual([respond, made]);
  });

  it("works in a route block without a position", () => {
    const text = ":80 {\n route {\n  respond bye\n  twice {\n   greet you\n  }\n }\n}";
    expect(JSON.stringify(adapter.adapt(text, {}).document)).toContain('"handler":"twice"');
  });

  it("is refused at the token that it did not take", () => {
    expect(refusalOf(() => adapter.adapt(":80 {\n greet you hello all\n}", {})).message).toBe(
      "Caddyfile:2:18: parsing caddyfile tokens for 'greet': wrong argument count or unexpected" +
        " line ending after 'all' (unexpected argument 'all')",
    );
  });

  it("is named as the place of what it made", () => {
    const { placeOf } = adapter.adapt(":80 {\n respond bye\n greet you\n}", {});
    const path = "apps/http/servers/srv0/routes/0/handle/0/name".split("/");
    expect(placeOf?.(path)).toMatchObject({ line: 3, column: 2 });
  });
});

describe("an option that was added", () => {
  const adapter = createCaddyfile({ options: [counter] });

  it("configures an app beside the others", () => {
    const { document } = adapter.adapt("{\n events\n counter visits {\n  start 5\n }\n}", {});
    expect(document).toEqual({ apps: { events: {}, counter: { name: "visits", start: 5 } } });
  });

  it("stands beside the http app", () => {
    const { document } = adapter.adapt("{\n counter\n}\n:80 {\n abort\n}", {});
    expect(document).toMatchObject({ apps: { counter: {}, http: {} } });
  });
});

describe("a matcher that was added", () => {
  it("is one of the matchers of a set", () => {
    const adapter = createCaddyfile({ matchers: [weekday] });
    const text = ":80 {\n @m {\n  path /a\n  weekday mo tu\n  weekday we\n }\n respond @m bye\n}";
    expect(adapter.adapt(text, {}).document).toMatchObject({
      apps: {
        http: {
          servers: {
            srv0: { routes: [{ match: [{ path: ["/a"], weekday: ["mo", "tu", "we"] }] }] },
          },
        },
      },
    });
  });
});

describe("a module that was added", () => {
  it("is found in its namespace", () => {
    const adapter = createCaddyfile({ modules: [paper] });
    const { document } = adapter.adapt("{\n log {\n  output paper 80\n }\n}", {});
    expect(document).toEqual({
      logging: { logs: { default: { writer: { output: "paper", width: 80 } } } },
    });
  });

  it("has what it does not take refused", () => {
    const adapter = createCaddyfile({ modules: [paper] });
    const refusal = refusalOf(() => adapter.adapt("{\n log {\n  output paper 80 24\n }\n}", {}));
    expect(refusal.place).toMatchObject({ line: 3, column: 19 });
  });
});

describe("words that cannot be added", () => {
  it.each([
    ["directive 'respond'", { directives: [defineDirective("respond", () => [])] }],
    ["global option 'debug'", { options: [defineOption("debug", () => ({}))] }],
    ["matcher 'path'", { matchers: [defineMatcher("path", () => [])] }],
    [
      "module 'caddy.logging.writers.file'",
      { modules: [defineModule("caddy.logging.writers.file", () => ({}))] },
    ],
  ])("are refused when the name is taken: %s", (what, words) => {
    expect(() => createCaddyfile(words)).toThrow(new RangeError(`${what} is registered twice`));
  });

  it("are refused when two third parties bring the same", () => {
    const words = { directives: [greet] };
    expect(() => createCaddyfile(words, words)).toThrow("directive 'greet' is registered twice");
  });

  it("are refused when their neighbour has no place", () => {
    const lost = defineDirective("lost", () => [], { after: "nowhere" });
    expect(() => createCaddyfile({ directives: [lost] })).toThrow(
      new RangeError("directive 'nowhere' has no place in the order"),
    );
  });
});

describe("adapters", () => {
  const text = ":80 {\n greet you\n}";

  it("do not know the words of others", () => {
    const adapter = createCaddyfile({ directives: [greet] });
    expect(handlersOf(adapter, text)).toEqual([{ handler: "greeter", name: "you" }]);
    for (const other of [caddyfile, createCaddyfile()]) {
      const { reason } = refusalOf(() => other.adapt(text, {}));
      expect(reason).toContain("unrecognized directive: greet");
    }
  });

  it("may have different words of one name", () => {
    const other = defineDirective("greet", greet.read, { after: "respond" });
    const mine = createCaddyfile({ directives: [greet] });
    const theirs = createCaddyfile({ directives: [other] });
    const both = ":80 {\n respond bye\n greet you\n}";
    const greeting = { handler: "greeter", name: "you" };
    expect(handlersOf(mine, both)).toEqual([greeting, respond]);
    expect(handlersOf(theirs, both)).toEqual([respond, greeting]);
  });

  it("keep nothing of one Caddyfile for the next", () => {
    const site = ":80 {\n log {\n  output stdout\n }\n respond bye\n vars a 1\n}";
    const fresh = createCaddyfile().adapt(site, {}).document;
    const used = createCaddyfile();
    used.adapt(`{\n order respond first\n debug\n http_port 81\n}\n${site}`, {});
    expect(used.adapt(site, {}).document).toEqual(fresh);
  });
});
