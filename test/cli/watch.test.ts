import { chmod, mkdir, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually, freePort, get, patch, type Running, Sandbox, saying } from "./sandbox.js";

let sandbox: Sandbox;
let ports: { admin: number; site: number };
beforeEach(async () => {
  sandbox = await Sandbox.open();
  ports = { admin: await freePort(), site: await freePort() };
});
afterEach(() => sandbox.close());

const text = (body: string) => JSON.stringify(saying(body, ports), null, 2);

/** Serve a file and follow it. */
async function watching(file = "app.json"): Promise<Running> {
  return sandbox.serve(["run", "--config", file, "--watch"]);
}

/** Wait until the site says this. */
async function says(body: string): Promise<void> {
  let last = "";
  await eventually(
    async () => {
      last = await get(ports.site);
      return last === body || undefined;
    },
    () => `the site says "${last}", not "${body}":\n${sandbox.logs}`,
  );
}

describe("graft run --watch", () => {
  it("follows a file that is written in place, and one that is replaced", async () => {
    await sandbox.write("app.json", text("one"));
    await watching();
    await sandbox.write("app.json", text("two"));
    await says("two");
    for (const body of ["three", "four"]) {
      await sandbox.write(".app.json.swp", text(body));
      await rename(sandbox.path(".app.json.swp"), sandbox.path("app.json"));
      await says(body);
    }
  });

  it("serves on while the file is gone, and takes the one that comes back", async () => {
    await sandbox.write("app.json", text("one"));
    const running = await watching();
    await unlink(sandbox.path("app.json"));
    await running.seen("config file not loaded");
    expect(await get(ports.site)).toBe("one");
    await sandbox.write("app.json", text("two"));
    await says("two");
  });

  it("takes the file that comes after a directory of its name, as Docker makes one", async () => {
    await sandbox.write("app.json", text("one"));
    await watching();
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await chmod(sandbox.path("app.json"), 0o600);
    await pause(200);
    await rm(sandbox.path("app.json"));
    await mkdir(sandbox.path("app.json"));
    await pause(300);
    await rm(sandbox.path("app.json"), { recursive: true });
    await sandbox.write("app.json", text("two"));
    await says("two");
  });

  it("serves on while the file is empty, as it is before its new text is written", async () => {
    await sandbox.write("app.yaml", text("one"));
    const running = await watching("app.yaml");
    await sandbox.write("app.yaml", "");
    await running.seen("config file not loaded: it is empty");
    expect(await get(ports.site)).toBe("one");
    await sandbox.write("app.yaml", text("two"));
    await says("two");
  });

  it("serves on while an imported file is empty, but not without one that was removed", async () => {
    const site = (body: string) => `respond /${body} ${body}\n`;
    const address = `http://127.0.0.1:${ports.site}`;
    const main = `{\n\tadmin 127.0.0.1:${ports.admin}\n}\n${address} {\n\timport *.conf\n}\n`;
    await sandbox.write("Caddyfile", main);
    await sandbox.write("a.conf", site("a"));
    await sandbox.write("b.conf", site("b"));
    await sandbox.write("none.conf", "");
    const running = await watching("Caddyfile");
    await sandbox.write("a.conf", "");
    await running.seen("config file not loaded: a.conf is empty");
    expect(await get(ports.site, "/a")).toBe("a");
    await sandbox.write("a.conf", site("aa"));
    await eventually(async () => (await get(ports.site, "/aa")) === "aa" || undefined);
    await rm(sandbox.path("b.conf"));
    await eventually(async () => (await get(ports.site, "/b")) === "" || undefined);
    expect(await get(ports.site, "/aa")).toBe("aa");
  });

  it("keeps the old config when the new text is wrong, and says where", async () => {
    await sandbox.write("app.json", text("one"));
    const running = await watching();
    await sandbox.write("app.json", text("two").replace('"routes"', '"rutes"'));
    const { msg } = await running.seen("config file not loaded");
    expect(msg).toMatch(/: app\.json:\d+:\d+: \/apps\/http\/servers\/web\/rutes: unknown field/);
    await sandbox.write("app.json", '{"apps":');
    await running.seen("config file not loaded: app.json:1:9:");
    expect(await get(ports.site)).toBe("one");
    await sandbox.write("app.json", text("three"));
    await says("three");
  });

  it("follows the links of a Kubernetes ConfigMap when they are swapped", async () => {
    const version = async (name: string, body: string) => {
      await mkdir(sandbox.path(name));
      await writeFile(sandbox.path(`${name}/app.json`), text(body));
    };
    const swapTo = async (name: string) => {
      await symlink(name, sandbox.path("..data_tmp"));
      await rename(sandbox.path("..data_tmp"), sandbox.path("..data"));
    };
    await version("..2026_1", "one");
    await swapTo("..2026_1");
    await symlink("..data/app.json", sandbox.path("app.json"));
    await watching();

    await version("..2026_2", "two");
    await swapTo("..2026_2");
    await rm(sandbox.path("..2026_1"), { recursive: true });
    await says("two");
    await version("..2026_3", "three");
    await swapTo("..2026_3");
    await says("three");
  });

  it("follows a link to a file in another folder", async () => {
    await mkdir(sandbox.path("available"));
    await sandbox.write("available/site.json", text("one"));
    await symlink("available/site.json", sandbox.path("app.json"));
    await watching();
    await sandbox.write("available/site.json", text("two"));
    await says("two");
  });

  it("does nothing when a file is saved as it was", async () => {
    await sandbox.write("app.json", text("one"));
    await watching();
    expect(await patch(ports.admin, "/id/answer/body", "patched")).toBe(200);
    await sandbox.write("app.json", text("one"));
    await sandbox.write("other.json", "unrelated");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await get(ports.site)).toBe("patched");
  });

  it("lets a new edit win over changes made over HTTP, and warns", async () => {
    await sandbox.write("app.json", text("one"));
    const running = await watching();
    expect(await patch(ports.admin, "/id/answer/body", "patched")).toBe(200);
    await sandbox.write("app.json", text("two"));
    await says("two");
    await running.seen("the file replaces changes that were made by other ways");
  });

  it("reads other formats just so", async () => {
    const yaml = (body: string) => `# comment\n${text(body)}`;
    await sandbox.write("app.yaml", yaml("one"));
    const running = await watching("app.yaml");
    await sandbox.write("app.yaml", yaml("two"));
    await says("two");
    await sandbox.write("app.yaml", "a: [");
    expect((await running.seen("config file not loaded")).msg).toMatch(/app\.yaml:\d+:\d+: /);
  });
});
