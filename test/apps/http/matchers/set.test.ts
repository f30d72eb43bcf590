import { describe, expect, it } from "@jest/globals";
import * as matchers from "../../../../src/apps/http/matchers/index.js";
import type { Matcher } from "../../../../src/apps/http/module.js";
import type { Json, JsonArray } from "../../../../src/document/index.js";
import type { Context, Definition, Life } from "../../../../src/engine/index.js";
import { loneContext } from "../../../support/alone.js";
import { asking } from "./asking.js";

/** A matcher that writes down that it was asked. */
function witness(name: string, asked: string[]): Definition<Json, Matcher> {
  const match = () => asked.push(name) > 0;
  return { id: `http.matchers.${name}`, summary: "", schema: {}, provision: () => ({ match }) };
}

/** A context in which the matchers of a set can be had by name. */
function contextWith(...more: Definition<never, Matcher>[]): Context {
  const known = [...more, ...Object.values(matchers)].filter((m) => "id" in m);
  const context: Context = loneContext({
    named: <T extends Life>(namespace: string, name: string, node: Json) => {
      const definition = known.find(({ id }) => id === `${namespace}.${name}`);
      if (!definition) throw new Error(`no module ${namespace}.${name}`);
      return definition.provision(node as never, context) as Life as T;
    },
  });
  return context;
}

function compile(sets: JsonArray, ...more: Definition<never, Matcher>[]) {
  return matchers.compileMatcherSets(contextWith(...more), sets, ["match"]);
}

describe("matcher sets", () => {
  it("match when all matchers of one set do", () => {
    const sets = compile([
      { host: ["a.example"], path: ["/x"] },
      { method: ["PUT"], path: ["/y"] },
    ]);
    expect(sets.match(asking({ url: "/x" }))).toBe(true);
    expect(sets.match(asking({ url: "/y" }))).toBe(false);
    expect(sets.match(asking({ url: "/y", method: "PUT" }))).toBe(true);
    expect(sets.match(asking({ url: "/x", host: "b.example" }))).toBe(false);
  });

  it("match everything when there are none, or one of them is empty", () => {
    expect(compile([]).match(asking())).toBe(true);
    expect(compile([{}]).match(asking())).toBe(true);
    expect(compile([{ host: ["b"] }, {}]).match(asking())).toBe(true);
  });

  it("refuse a set that is no object, and say where", () => {
    expect(() => compile([{}, ["host"]])).toThrow("/match/1: a matcher set is an object");
  });

  it("keep the order of matchers of which one could be seen to be asked", () => {
    const asked: string[] = [];
    const sets = compile(
      [{ second: {}, path: ["/"], first: {} }],
      witness("first", asked),
      witness("second", asked),
    );
    sets.match(asking());
    expect(asked).toEqual(["second", "first"]);
  });

  it("ask the disk last, so that only what is meant fails for a file that is missing", () => {
    const set = compile([{ file: { try_files: ["/none", "=404"] }, path: ["/a"] }]);
    expect(set.match(asking({ url: "/b" }))).toBe(false);
    expect(() => set.match(asking({ url: "/a" }))).toThrow("404");
  });

  it("ask the disk for what another matcher captured", () => {
    const file = { try_files: ["/{http.regexp.p.1}.json"] };
    const set = compile([{ file, path_regexp: { name: "p", pattern: "^/a/(.*)" } }]);
    expect(set.match(asking({ url: "/a/package" }))).toBe(true);
    expect(set.match(asking({ url: "/a/parcel" }))).toBe(false);
  });

  it("ask the disk first where another matcher wants to know what it found", () => {
    const vars = { "{http.matchers.file.type}": ["directory"] };
    const typeOf = (entry: string) => compile([{ file: { try_files: [entry] }, vars }]);
    expect(typeOf("/src/").match(asking())).toBe(true);
    expect(typeOf("/package.json").match(asking())).toBe(false);
  });
});

describe("the index of matcher sets", () => {
  it("is that of each matcher within a set", () => {
    expect(compile([{ method: ["GET"], path: ["/a"], host: ["h"] }]).index).toEqual({
      hosts: ["h"],
      paths: ["/a"],
      prefixes: [],
    });
  });

  it("is the union over sets that all have one", () => {
    const sets = [
      { host: ["h"], path: ["/a"] },
      { host: ["i", "h2"], path: ["/b*", "/a"] },
    ];
    expect(compile(sets).index).toEqual({
      hosts: ["h", "i", "h2"],
      paths: ["/a"],
      prefixes: ["/b"],
    });
  });

  it("is empty as soon as one set could match anything", () => {
    expect(compile([{ host: ["h"] }, { method: ["GET"] }]).index).toEqual({});
    expect(compile([{ host: ["h"] }, { host: ["i"], path: ["/a"] }]).index).toEqual({
      hosts: ["h", "i"],
    });
    expect(compile([]).index).toEqual({});
  });
});

describe("the not matcher", () => {
  const not = (...sets: JsonArray) => compile([{ not: sets }]);

  it("matches what no set matches", () => {
    const sets = not({ path: ["/a"], method: ["GET"] }, { path: ["/b"] });
    expect(sets.match(asking({ url: "/a" }))).toBe(false);
    expect(sets.match(asking({ url: "/a", method: "PUT" }))).toBe(true);
    expect(sets.match(asking({ url: "/b", method: "PUT" }))).toBe(false);
  });

  it("rules out nothing without sets, and everything with an empty one", () => {
    expect(not().match(asking())).toBe(true);
    expect(not({}).match(asking())).toBe(false);
  });

  it("is no hint to the index", () => {
    expect(not({ host: ["h"] }).index).toEqual({});
  });
});
