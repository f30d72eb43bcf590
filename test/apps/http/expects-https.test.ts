import { afterEach, describe, expect, it } from "@jest/globals";
import { expectsHttps } from "../../../src/apps/http/expects-https.js";
import type { Json } from "../../../src/document/index.js";
import { type Log, type LogFields, silentLog } from "../../../src/engine/index.js";
import { parseListen } from "../../../src/schema/index.js";
import { type Serving, serving } from "../../support/http.js";

const PORTS = { http: 80, https: 443 };
const named = [{}, { match: [{ path: ["/x"] }, { host: ["a.test"] }] }];
const unnamed = [{ match: [{ path: ["/x"] }] }, null, 5, { match: null }, { match: [null] }];

const skipping = (host: string) => ({ automatic_https: { skip: [host] } });

describe("a server", () => {
  it.each<[boolean, string, readonly string[], object]>([
    [true, "names hosts at any port but that of HTTP", [":8443"], { routes: named }],
    [true, "names hosts at the port of HTTP and another one", [":80", ":81"], { routes: named }],
    [true, "names hosts at a unix socket", ["unix//run/a.sock"], { routes: named }],
    [true, "listens at the port of HTTPS only", [":443"], {}],
    [false, "names hosts at the port of HTTP", [":80"], { routes: named }],
    [false, "names no hosts", [":8080"], { routes: unnamed }],
    [false, "names no hosts at both ports", [":80", ":443"], { routes: unnamed }],
    [false, "has turned it off", [":443"], { routes: named, automatic_https: { disable: true } }],
    [false, "names hosts that do without", [":81"], { routes: named, ...skipping("a.test") }],
    [true, "names other hosts as well", [":81"], { routes: named, ...skipping("b.test") }],
    [false, "listens nowhere", [], { routes: named }],
  ])("is taken for HTTPS (%j) when it %s", (expected, _, listen, config) => {
    const addresses = listen.flatMap((text) => parseListen(text));
    expect(expectsHttps(config, addresses, PORTS)).toBe(expected);
  });
});

describe("a server that is taken for HTTPS", () => {
  let site: Serving;
  afterEach(() => site.stop());

  it("is warned of once, however often its config changes", async () => {
    const warnings: (LogFields | undefined)[] = [];
    const log: Log = { ...silentLog, warn: (_, fields) => warnings.push(fields), named: () => log };
    const route = (body: string): Json => ({
      match: [{ host: ["a.test"] }],
      handle: [{ handler: "static_response", body }],
    });
    site = await serving([route("one")], { log });
    await site.load([route("two")]);
    await site.graft.change({ edit: (document) => document, dryRun: true, path: [], source: "" });
    expect(warnings).toEqual([expect.objectContaining({ server: "srv" })]);
    await site.load([]);
    await site.load([route("three")]);
    expect(warnings).toHaveLength(2);
  });
});
