// `{file.*}`: what a config reads from a file while it serves.

import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { HttpApp } from "../../../src/apps/http/app.js";
import { type Log, type LogFields, silentLog } from "../../../src/engine/index.js";
import { createGraft, type Graft } from "../../../src/graft.js";
import { ask } from "../../support/http.js";

let dir: string;
let graft: Graft;
let told: (LogFields & { readonly message: string })[];
const log: Log = {
  ...silentLog,
  error: (message, fields) => void told.push({ ...fields, message }),
  named: () => log,
};
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "graft-file-"));
  told = [];
});
afterEach(async () => {
  await graft.stop();
  await rm(dir, { recursive: true });
});

/** Serves a text, and tells what comes of it. */
async function saying(body: string): Promise<() => Promise<string>> {
  const routes = [{ handle: [{ handler: "static_response", body }] }];
  const server = { listen: ["127.0.0.1:0"], automatic_https: { disable: true }, routes };
  graft = await createGraft({ document: { apps: { http: { servers: { web: server } } } }, log });
  const [address = ""] = graft.app<HttpApp>("http")?.addresses().web ?? [];
  const port = Number(address.split(":").at(-1));
  return async () => (await ask(port, "/", { headers: { "X-Ask": `{file.${dir}/secret}` } })).body;
}

describe("a file's placeholder", () => {
  it.each([
    ["word", "word"],
    ["word\n", "word"],
    ["word\r\n", "word"],
    ["two\nlines\n\n", "two\nlines\n"],
    ["{http.request.method}", "{http.request.method}"],
    ["", ""],
  ])("is the content without the newline at its end: %j", async (content, expected) => {
    await writeFile(join(dir, "secret"), content);
    const said = await saying(`<{file.${dir}/secret}>`);
    expect(await said()).toBe(`<${expected}>`);
  });

  it("is what the file holds at the request", async () => {
    await writeFile(join(dir, "secret"), "one");
    const said = await saying(`{file.${dir}/secret}`);
    expect(await said()).toBe("one");
    await writeFile(join(dir, "secret"), "two");
    expect(await said()).toBe("two");
  });

  it("is nothing that a client could ask for", async () => {
    await writeFile(join(dir, "secret"), "word");
    const said = await saying("{http.request.header.X-Ask}");
    expect(await said()).toBe(`{file.${dir}/secret}`);
  });

  it.each([
    ["is missing", async () => {}, "ENOENT"],
    ["is too large", () => writeFile(join(dir, "secret"), Buffer.alloc(1024 * 1024 + 1)), "larger"],
    ["is a folder", async () => void execFileSync("mkdir", [join(dir, "secret")]), "not a file"],
    ["is a pipe", async () => void execFileSync("mkfifo", [join(dir, "secret")]), "not a file"],
  ])("is empty, with an error in the log that names it, when it %s", async (_, make, reason) => {
    await make();
    const said = await saying(`<{file.${dir}/secret}>`);
    expect(await said()).toBe("<>");
    expect(told).toEqual([
      expect.objectContaining({
        message: "placeholder: cannot read file",
        path: "/apps/http/servers/web/routes/0/handle/0",
        file: join(dir, "secret"),
        error: expect.stringContaining(reason),
      }),
    ]);
  });
});
