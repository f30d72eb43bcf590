import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually, isInstalled } from "./sandbox.js";

const shell = promisify(execFile);

let demo: ChildProcess;
let output = "";
beforeAll(async () => {
  demo = spawn(process.execPath, ["dist/fixtures/demo/demo.js"]);
  demo.stdout?.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  await eventually(() => output.includes("Ctrl-C") || undefined);
});
afterAll(() => {
  demo.kill("SIGKILL");
});

const lines = () => output.split("\n").filter((line) => line.startsWith("  curl "));
const sites = () => [...output.matchAll(/^ {2}(http:\/\/\S+)/gm)].map(([, url]) => url as string);
const get = async (url = "") => (await fetch(url, { headers: { Connection: "close" } })).text();

describe("npm start", () => {
  it("serves the sites that it prints", async () => {
    const [hello, files, proxy] = sites();
    expect(await get(hello)).toBe("Good morning!\n");
    expect(await get(files)).toContain("<h1>It serves.</h1>");
    expect(JSON.parse(await get(proxy))).toMatchObject({ service: "upstream" });
  });

  (isInstalled("curl") || process.platform !== "win32" ? it : it.skip)(
    "prints three lines that do what they say when they are pasted",
    async () => {
      const [hello] = sites();
      const [patch, load, broken] = lines() as [string, string, string];
      expect(lines()).toHaveLength(3);

      await shell("sh", ["-c", `${patch} --fail`]);
      expect(await get(hello)).toBe("Hello, whoever you are!\n");
      await shell("sh", ["-c", `${load} --fail`]);
      expect(await get(hello)).toBe("Good evening!\n");
      const { stdout } = await shell("sh", ["-c", broken]);
      expect(JSON.parse(stdout).error).toContain('did you mean "static_response"?');
      expect(await get(hello)).toBe("Good evening!\n");
    },
  );

  it("ends with Ctrl-C and leaves nothing behind", async () => {
    const folder = dirname(/@(\S+)/.exec(lines()[1] as string)?.[1] as string);
    expect(existsSync(folder)).toBe(true);
    demo.kill("SIGINT");
    const code = await new Promise((done) => demo.once("exit", done));
    expect([code, existsSync(folder)]).toEqual([0, false]);
  });
});
