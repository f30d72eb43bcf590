// Which line of a Caddyfile a line of the log is about: told while it is true, and not a moment
// longer.

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { caddyfile } from "../../adapters/caddyfile/index.js";
import type { HttpApp } from "../../src/apps/http/app.js";
import { insert, type Json, replace } from "../../src/document/index.js";
import { type Log, type LogFields, silentLog } from "../../src/engine/index.js";
import { createGraft, type Graft } from "../../src/graft.js";
import { ask } from "../support/http.js";

const ROUTES = ["apps", "http", "servers", "srv0", "routes"];

let graft: Graft;
let told: (LogFields & { readonly message: string })[];
const note = (message: string, fields: LogFields = {}) => void told.push({ ...fields, message });
const log: Log = { ...silentLog, warn: note, error: note, named: () => log };
beforeEach(async () => {
  told = [];
  graft = await createGraft({ adapters: [caddyfile], log });
});
afterEach(() => graft.stop());

/** A site that fails at `/a` and at `/b`, each on the line that is given. */
const failing = (a: number, b: number): string => {
  const lines = [":0 {", "\tbind 127.0.0.1"];
  while (lines.length < a - 1) lines.push("\t# a");
  lines.push("\terror /a a");
  while (lines.length < b - 1) lines.push("\t# b");
  lines.push("\terror /b b");
  return `${lines.join("\n")}\n}\n`;
};

const load = (text: string, more: object = {}) =>
  graft.load(text, { format: "caddyfile", file: "sites/main", ...more });

/** What the log tells of a request that fails. */
async function failureAt(path: string): Promise<{ path: unknown; place: unknown }> {
  const [address = ""] = graft.app<HttpApp>("http")?.addresses().srv0 ?? [];
  await ask(Number(address.split(":").at(-1)), path);
  const line = told.at(-1);
  return { path: line?.path, place: line?.place };
}

const at = (route: number, line?: number) => ({
  path: `/${[...ROUTES, route, "handle", 0].join("/")}`,
  place: line === undefined ? undefined : `sites/main:${line}`,
});

const handler = (error: string): Json => ({ handler: "error", error });

describe("the log of a request that failed", () => {
  it("names the handler's path and its line in the Caddyfile", async () => {
    await load(failing(4, 9));
    expect(await failureAt("/a")).toEqual(at(0, 4));
    expect(await failureAt("/b")).toEqual(at(1, 9));
  });

  it("names the handler within a subroute, and behind an import", async () => {
    const text =
      "(x) {\n\terror x\n}\n\n:0 {\n\tbind 127.0.0.1\n\thandle /x {\n\t\timport x\n\t}\n}\n";
    await load(text);
    const { path, place } = await failureAt("/x");
    expect([path, place]).toEqual([
      expect.stringMatching(/handle\/0\/routes\/0\/handle\/0$/),
      "sites/main:2",
    ]);
  });

  it("follows a handler that moves, and is silent about one that was changed", async () => {
    await load(failing(4, 9));
    const route = { match: [{ path: ["/new"] }], handle: [handler("new")] };
    await graft.change({ edit: (now) => insert(now, [...ROUTES, "0"], route), author: "test" });
    expect(await failureAt("/a")).toEqual(at(1, 4));
    expect(await failureAt("/new")).toEqual(at(0));

    const changed = [...ROUTES, "1", "handle", "0"];
    await graft.change({ edit: (now) => replace(now, changed, handler("changed")) });
    expect(await failureAt("/a")).toEqual(at(1));
    expect(await failureAt("/b")).toEqual(at(2, 9));
  });

  it("follows the text when only its lines have changed", async () => {
    await load(failing(4, 9));
    expect(await failureAt("/a")).toEqual(at(0, 4));
    expect(await load(failing(5, 12))).toMatchObject({ changed: false });
    expect(await failureAt("/a")).toEqual(at(0, 5));
    expect(await failureAt("/b")).toEqual(at(1, 12));
  });

  it("says nothing of a text that was only rehearsed, or refused", async () => {
    await load(failing(4, 9));
    await load(failing(5, 12), { dryRun: true });
    const broken = failing(6, 20).replace("}\n", "\trespond {env.X} 99999\n}\n");
    await load(broken).catch(() => {});
    const ports = failing(7, 30).replace("bind 127.0.0.1", "bind 192.0.2.1");
    await expect(load(ports)).rejects.toThrow("EADDRNOTAVAIL");
    expect(await failureAt("/a")).toEqual(at(0, 4));
  });

  it("says nothing of a text once the document came from elsewhere", async () => {
    await load(failing(4, 9));
    await graft.load(graft.document);
    expect(await failureAt("/a")).toEqual(at(0));
  });

  it("knows the text that a Graft began with", async () => {
    const adapted = caddyfile.adapt(failing(4, 9), { file: "sites/main" });
    await graft.stop();
    graft = await createGraft({ document: adapted.document, adapted, log });
    expect(await failureAt("/b")).toEqual(at(1, 9));
  });
});

describe("a warning while a document is provisioned", () => {
  it("names the line in the text that is being loaded", async () => {
    await load(":0 {\n\tbind 127.0.0.1\n\n\t@bad path /a[\n\trespond @bad hi\n}\n");
    expect(told).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining("malformed"),
        path: "/apps/http/servers/srv0/routes/0/match/0/path",
        place: "sites/main:4",
      }),
    );
  });
});

describe("a document that cannot be started", () => {
  it("is refused with the line of the site whose address is at fault", async () => {
    const loading = load(":0 {\n\tbind 127.0.0.1\n}\n\n\n:81 {\n\tbind 192.0.2.1\n}\n");
    const issue = expect.objectContaining({ place: expect.objectContaining({ line: 6 }) });
    await expect(loading).rejects.toMatchObject({ issues: [issue] });
  });
});
