// What is in use, and the memory it takes, depend on the document and not on how often it changed.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";

/** How much more heap is still no growth: what the collector has not got round to. */
const ALLOWED = 1.05;

describe("a document of 500 routes after 20,000 changes", () => {
  it("has as much in use as before, and the heap has not grown", async () => {
    const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
    const loader = here("../store/typescript.mjs");
    const args = ["--expose-gc", "--no-warnings", "--import", loader, here("growing.ts")];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { early, late } = JSON.parse(stdout);
    expect(late.inventory).toEqual(early.inventory);
    expect(late.inventory.draining).toBe(0);
    expect(late.heap / early.heap).toBeLessThan(ALLOWED);
  }, 300_000);
});
