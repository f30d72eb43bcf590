// A directive of the host's own, from the text to the answer.

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { caddyfile } from "../../adapters/caddyfile/index.js";
import { createGreeting } from "../../fixtures/embed/greeting.js";
import type { Graft, HttpApp } from "../../src/index.js";
import { ask } from "../support/http.js";

let graft: Graft;
beforeEach(async () => {
  graft = await createGreeting();
});
afterEach(() => graft.stop());

const site = (...lines: readonly string[]) =>
  `:0 {\n${["bind 127.0.0.1", ...lines].map((line) => `\t${line}\n`).join("")}}\n`;

async function greetingAt(path: string): Promise<string> {
  const [address = ""] = graft.app<HttpApp>("http")?.addresses().srv0 ?? [];
  return (await ask(Number(address.split(":").at(-1)), path)).body;
}

describe("a Graft with a directive and a handler of its host's own", () => {
  it("serves Caddyfiles with the directive, in its place among the others", async () => {
    const text = site("respond nobody", "greet Robin", "greet /kim Kim {", "\tloud", "}");
    await graft.load(text, { format: "caddyfile" });
    expect(await greetingAt("/kim")).toBe("HELLO Kim!");
    expect(await greetingAt("/")).toBe("hello Robin");
  });

  it("refuses what the directive does not know, at its line", async () => {
    const loading = graft.load(site("greet Kim {", "\tquiet", "}"), { format: "caddyfile" });
    await expect(loading).rejects.toThrow(/^Caddyfile:4:3: .*quiet/);
  });

  it("refuses what the handler does not take, with the path and the line", async () => {
    const text = site("greet Kim", "route {", '\tgreet /x ""', "}");
    const refused = graft.load(text, { format: "caddyfile", file: "sites/kim" });
    const [path, place] = [expect.arrayContaining(["name"]), { file: "sites/kim", line: 5 }];
    const issue = expect.objectContaining({ path, place: expect.objectContaining(place) });
    await expect(refused).rejects.toMatchObject({ issues: [issue] });
  });

  it("says which formats it knows when it is asked for another", async () => {
    const loading = graft.load("[web]", { format: "toml" });
    await expect(loading).rejects.toThrow(
      "unrecognized config adapter 'toml' (known: json, caddyfile)",
    );
  });

  it("shares nothing with the others of the process", () => {
    expect(() => graft.adapt(site("greet Kim"), "caddyfile")).not.toThrow();
    expect(() => caddyfile.adapt(site("greet Kim"), {})).toThrow("greet");
  });
});
