import { describe, expect, it } from "@jest/globals";
import { map } from "../../../../src/apps/http/handlers/map.js";
import { rewrite } from "../../../../src/apps/http/handlers/rewrite.js";
import { staticResponse } from "../../../../src/apps/http/handlers/static-response.js";
import type { Handler } from "../../../../src/apps/http/module.js";
import { silentLog } from "../../../../src/engine/index.js";
import { alone } from "../../../support/alone.js";
import { ask } from "./serving.js";

type Config = Parameters<typeof map.provision>[0];

const QUERY = "{http.request.uri.query.q}";
const mapping = (config: Omit<Config, "source">) => alone(map, { source: QUERY, ...config });

/** What `text` is after these handlers, for requests with these values of the source. */
async function told(handlers: readonly Handler[], text: string, ...inputs: readonly string[]) {
  const chain = [...handlers, alone(staticResponse, { body: text })];
  const bodies: string[] = [];
  for (const input of inputs) {
    const { body } = await ask(chain, { path: `/from?q=${encodeURIComponent(input)}` });
    bodies.push(body);
  }
  return bodies;
}

describe("a placeholder that a map is for", () => {
  it("has the output of the input that is equal, or its default", async () => {
    const handler = mapping({
      destinations: ["{x}", "{y}"],
      mappings: [
        { input: "a", outputs: ["ax", "ay"] },
        { input: "", outputs: ["none", null] },
      ],
      defaults: ["dx", "dy"],
    });
    expect(await told([handler], "{x} {y}", "a", "", "b", "A")).toEqual([
      "ax ay",
      "none dy",
      "dx dy",
      "dx dy",
    ]);
  });

  it("is empty, and not unknown, where nothing fits and there is no default", async () => {
    const handler = mapping({ destinations: ["{x}"], mappings: [{ input: "a", outputs: [null] }] });
    expect(await told([handler], "<{x}> {y}", "a", "b")).toEqual(["<> {y}", "<> {y}"]);
  });

  it("has the first output that is not null, literals and patterns in their order", async () => {
    const handler = mapping({
      destinations: ["{x}", "{y}"],
      mappings: [
        { input_regexp: "^a", outputs: ["begins", null] },
        { input: "ab", outputs: ["literal", "literal"] },
        { input_regexp: "b$", outputs: ["ends", "ends"] },
        { input: "cb", outputs: ["late", "late"] },
      ],
    });
    expect(await told([handler], "{x} {y}", "ab", "a", "cb")).toEqual([
      "begins literal",
      "begins ",
      "ends ends",
    ]);
  });

  it("has the groups of the pattern that matched, and no placeholders filled in its output", async () => {
    const outputs = [`$0 $1 ${"$"}{n} $2x $$ {http.request.method}`];
    const handler = mapping({
      destinations: ["{x}"],
      mappings: [{ input_regexp: "(\\w)(?P<n>\\w+)$", outputs }],
    });
    expect(await told([handler], "{x}", "-abc", "a")).toEqual([
      "abc a bc  $ {http.request.method}",
      "",
    ]);
  });

  it("has the placeholders of its output and its default filled", async () => {
    const inner = mapping({ destinations: ["{y}"], defaults: ["inner {http.request.method}"] });
    const outer = mapping({
      destinations: ["{x}"],
      mappings: [{ input: "a", outputs: ["{y} {nope}."] }],
      defaults: ["{y}!"],
    });
    expect(await told([outer, inner], "{x}", "a", "b")).toEqual(["inner GET .", "inner GET!"]);
  });

  it("has numbers and truth values as texts", async () => {
    const outputs = [1.5, false, 0];
    const handler = mapping({
      destinations: ["{x}", "{y}", "{z}"],
      mappings: [{ input: "a", outputs }],
    });
    expect(await told([handler], "{x} {y} {z}", "a")).toEqual(["1.5 false 0"]);
  });

  it("is looked up when it is read, with the source as it is then", async () => {
    const handler = alone(map, {
      source: "{http.request.uri.path}",
      destinations: ["{x}"],
      mappings: [
        { input: "/from", outputs: ["before"] },
        { input: "/to", outputs: ["after"] },
      ],
    });
    const rewriting = alone(rewrite, { uri: "/to" });
    expect(await told([handler, rewriting], "{x}", "")).toEqual(["after"]);
  });

  it("is left to the first map that is for it", async () => {
    const first = mapping({
      destinations: ["{x}"],
      mappings: [{ input: "a", outputs: ["first"] }],
    });
    const second = mapping({ destinations: ["{x}", "{y}"], defaults: ["second", "second"] });
    expect(await told([first, second], "{x} {y}", "a", "b")).toEqual(["first second", " second"]);
  });

  it("is empty within its own value", async () => {
    const itself = mapping({ destinations: ["{x}"], defaults: ["<{x}>"] });
    const circle = mapping({ destinations: ["{y}", "{z}"], defaults: ["y{z}", "z{y}"] });
    expect(await told([itself, circle], "{x} {y} {z}", "a", "b")).toEqual(["<> yz zy", "<> yz zy"]);
  });

  it("does not take what a client sends for placeholders or groups", async () => {
    const handler = mapping({
      destinations: ["{x}", "{y}"],
      mappings: [{ input_regexp: "^(.*)$", outputs: ["$1", null] }],
      defaults: ["", QUERY],
    });
    const hostile = ["{http.request.method}", `$1 ${"$"}{0}`, "{x}"];
    expect(await told([handler], "{x} {y}", ...hostile)).toEqual(hostile.map((q) => `${q} ${q}`));
  });
});

describe("a map with very many inputs", () => {
  it("knows each of them, and still asks patterns before them first", async () => {
    const inputs = Array.from({ length: 20_000 }, (_, i) => `key-${i}`);
    const handler = mapping({
      destinations: ["{x}"],
      mappings: [
        { input_regexp: "-7$", outputs: ["seven"] },
        ...inputs.map((input) => ({ input, outputs: [`of ${input}`] })),
      ],
    });
    expect(await told([handler], "{x}", "key-0", "key-7", "key-19999", "key-20000")).toEqual([
      "of key-0",
      "seven",
      "of key-19999",
      "",
    ]);
  });
});

describe("a map that cannot be meant", () => {
  const one = { destinations: ["{x}"] };
  it.each<readonly [string, Omit<Config, "source">, string]>([
    ["a destination is no placeholder", { destinations: ["x"] }, "/destinations/0"],
    ["a destination is more than one", { destinations: ["{x}", "{x}{y}"] }, "/destinations/1"],
    ["no text can hold a destination", { destinations: ["{1}"] }, "/destinations/0"],
    ["there are too few defaults", { destinations: ["{x}", "{y}"], defaults: ["a"] }, "/defaults"],
    [
      "there are too many outputs",
      { ...one, mappings: [{ input: "a", outputs: ["b", "c"] }] },
      "/mappings/0/outputs",
    ],
    [
      "an input stands twice",
      {
        ...one,
        mappings: [
          { input: "a", outputs: ["b"] },
          { input: "a", outputs: ["c"] },
        ],
      },
      "/mappings/1",
    ],
    [
      "an input is a text and a pattern",
      { ...one, mappings: [{ input: "a", input_regexp: "b", outputs: ["c"] }] },
      "/mappings/0",
    ],
    [
      "a pattern is none",
      { ...one, mappings: [{ input_regexp: "(", outputs: ["c"] }] },
      "/mappings/0/input_regexp",
    ],
  ])("is refused: %s", (_, config, at) => {
    expect(() => mapping(config)).toThrow(new RegExp(`^${at}: `));
    expect(map.glance?.(config, {} as never)).toBeUndefined();
  });

  it("is warned of when its destination has a value of its own", () => {
    const warnings: unknown[] = [];
    const log = { ...silentLog, warn: (...told: unknown[]) => void warnings.push(told) };
    const destinations = ["{http.request.host}", "{x}"];
    alone(map, { destinations }, { log });
    expect(warnings).toEqual([[expect.any(String), { placeholder: "{http.request.host}" }]]);
  });
});
