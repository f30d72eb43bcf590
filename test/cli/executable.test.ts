// The file that is installed as `graft`, run by itself.

import { execFile } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Sandbox } from "./sandbox.js";

const run = promisify(execFile);

let sandbox: Sandbox;
let graft: string;
beforeAll(async () => {
  sandbox = await Sandbox.open();
  await mkdir(sandbox.path("a folder"));
  graft = sandbox.path("a folder/graft");
  await symlink(resolve("dist/bin/graft.js"), graft);
});
afterAll(() => sandbox.close());

describe("the executable", () => {
  it("works by way of a link, and gets its arguments as they were written", async () => {
    const file = await sandbox.write("two words $HOME.json", '{"apps": {}}');
    const { stdout } = await run(graft, ["adapt", "--config", file]);
    expect(stdout).toBe('{"apps":{}}\n');
  });

  it("ends with the code of the command", async () => {
    await expect(run(graft, ["relod"])).rejects.toMatchObject({ code: 1 });
  });

  it("leaves V8 one thread beside the event loop", async () => {
    const { stdout } = await run("head", ["-n", "2", graft]);
    expect(stdout).toContain("--v8-pool-size=1");
    const script = "console.log(process.execArgv.join())";
    const shell = stdout.replace('"$0" "$@"', `-e '${script}'`);
    expect((await run("sh", ["-c", shell])).stdout).toBe(`--v8-pool-size=1,-e,${script}\n`);
  });
});
