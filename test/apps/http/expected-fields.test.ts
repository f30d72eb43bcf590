// Fields of a request that could pass for others: which are kept, and which nobody gets to see.

import { afterEach, describe, expect, it } from "@jest/globals";
import { defineHandler } from "../../../src/apps/http/module.js";
import { bodyOf } from "../../../src/apps/http/response.js";
import type { Json } from "../../../src/document/index.js";
import { type Log, type LogFields, silentLog } from "../../../src/engine/index.js";
import { Type } from "../../../src/schema/index.js";
import { type Serving, serving } from "../../support/http.js";
import { rawExchange } from "./reverseproxy/support.js";

let site: Serving | undefined;
let told: [string, LogFields | undefined][] = [];
afterEach(async () => {
  await site?.stop();
  site = undefined;
});

const note = (message: string, fields?: LogFields) => void told.push([message, fields]);
const log: Log = { ...silentLog, warn: note, debug: note, named: () => log };

/** Answers with the fields that a handler sees. */
const fields = defineHandler({
  name: "fields",
  summary: "Tells the fields of the request.",
  schema: Type.Object({}),
  provision: () => ({
    handle: ({ headers, response }) => response.send(200, bodyOf(`<${headers.toRaw().join(" ")}>`)),
  }),
});

/** What is left of fields at a server. */
async function leftOf(lines: readonly string[], server: Json = {}): Promise<string> {
  told = [];
  site = await serving([{ handle: [{ handler: "fields" }] }], { modules: [fields], server, log });
  const head = ["GET / HTTP/1.1", "Host: a", "Connection: close", ...lines].join("\r\n");
  const answer = await rawExchange(site.port, `${head}\r\n\r\n`);
  return /<Connection close ?(.*)>/.exec(answer)?.[1] ?? answer;
}

describe("a server", () => {
  it("drops fields with an underscore or a dot in their names", async () => {
    const left = await leftOf(["X_A: 1", "X.B: 2", "X_C.d: 3", "_: 4", "X-E: 5"]);
    expect(left).toBe("X-E 5");
    expect(told).toContainEqual([
      "dropping a header field whose name could be taken for another",
      { server: "srv", field: "x_a" },
    ]);
  });

  it("keeps those that it expects, and drops what would pass for them", async () => {
    const server = { expected_underscore_headers: ["X_One"], expected_dot_headers: ["x.two"] };
    const lines = ["x_one: 1", "X-One: 2", "X.One: 3", "X.Two: 4", "X-Two: 5", "X_Two: 6"];
    expect(await leftOf([...lines, "X-Three: 7"], server)).toBe("X_one 1 X.two 4 X-Three 7");
  });

  it("keeps and drops by the beginnings of names", async () => {
    const server = { expected_underscore_headers: ["hook_*"], expected_dot_headers: ["trace.*"] };
    const lines = ["Hook_A: 1", "Hook-A: 2", "Hook: 3", "Trace.a: 4", "Trace-B: 5", "Hook_a.b: 6"];
    expect(await leftOf([...lines, "Trace.a_b: 7"], server)).toBe("Hook_a 1 Hook 3 Trace.a 4");
  });

  it("keeps a name with both only if it is expected as a whole, by either list", async () => {
    const server = {
      expected_underscore_headers: ["a_b.c", "z_*"],
      expected_dot_headers: ["d_e.f"],
    };
    const lines = ["A_B.C: 1", "D_E.F: 2", "Z_Y.X: 3"];
    expect(await leftOf(lines, server)).toBe("A_b.c 1 D_e.f 2");
  });

  it("drops an expected field that comes twice, and warns of it", async () => {
    const server = { expected_underscore_headers: ["x_one"] };
    expect(await leftOf(["X_One: 1", "X_one: 2", "X-Other: 3", "X-Other: 4"], server)).toBe(
      "X-Other 3 X-Other 4",
    );
    expect(told).toContainEqual([
      "dropping an expected header field that came more than once",
      expect.objectContaining({ server: "srv", field: "x_one", count: 2 }),
    ]);
  });

  it.each([
    ["expected_underscore_headers", "x-one", 'there is no "_" in "x-one"'],
    ["expected_dot_headers", "x_one", 'there is no "." in "x_one"'],
    ["expected_underscore_headers", "x_*_y", 'a "*" can only be the end of "x_*_y"'],
    ["expected_underscore_headers", "x_ü", '"x_ü" cannot be the name of a header field'],
  ])("refuses %s: %s", async (list, entry, message) => {
    const loading = leftOf([], { [list]: ["a_b.c", entry] });
    await expect(loading).rejects.toThrow(`/apps/http/servers/srv/${list}/1: ${message}`);
  });
});
