// The algebra of edits, against a plain model that is changed in place.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  append,
  appendAll,
  insert,
  type Json,
  MAX_DEPTH,
  type Path,
  PathError,
  type PathFault,
  parseJson,
  remove,
  replace,
  set,
} from "../../src/document/index.js";
import { contentOf, pathFrom, value, walk } from "./arbitrary.js";

type Model = null | boolean | number | string | Model[] | Map<string, Model>;
type Verb = "POST" | "POST ..." | "PUT" | "PATCH" | "DELETE";

const EDITS: Record<Verb, (root: Json, path: Path, payload: Json) => Json> = {
  POST: append,
  "POST ...": appendAll,
  PUT: insert,
  PATCH: replace,
  DELETE: (root, path) => remove(root, path),
};

function modelOf(node: Json): Model {
  if (Array.isArray(node)) return node.map(modelOf);
  if (typeof node !== "object" || node === null) return node as Model;
  return new Map(Object.entries(node as object).map(([name, child]) => [name, modelOf(child)]));
}

function jsonOf(model: Model): Json {
  if (Array.isArray(model)) return model.map(jsonOf);
  if (!(model instanceof Map)) return model;
  return Object.fromEntries([...model].map(([name, child]) => [name, jsonOf(child)]));
}

/** What the table in the specification says, done to a tree that is changed in place. */
function changeModel(root: Model, verb: Verb, path: Path, payload: Json): Model | PathFault {
  if (verb === "POST ..." && !Array.isArray(payload)) return "payload";
  const box = new Map<string, Model>([["root", root ?? (verb === "PUT" ? new Map() : null)]]);
  const steps = ["root", ...path];
  let parent: Model = box;
  for (const step of steps.slice(0, -1)) {
    const below = childIn(parent, step);
    if (typeof below === "string") return below as PathFault;
    if (below.child === undefined || (below.child === null && verb === "PUT")) {
      if (verb !== "PUT" || !(parent instanceof Map)) return "missing";
      parent.set(step, new Map());
      parent = parent.get(step)!;
    } else parent = below.child;
  }
  const fault = changeChild(parent, steps.at(-1)!, verb, payload, path.length === 0);
  return fault ?? box.get("root")!;
}

function childIn(parent: Model, step: string): { child: Model | undefined } | PathFault {
  if (parent === null) return "missing";
  if (parent instanceof Map) return { child: parent.get(step) };
  if (!Array.isArray(parent)) return "scalar";
  if (String(Number(step)) !== step || !/^\d+$/.test(step)) return "index";
  return Number(step) < parent.length ? { child: parent[Number(step)]! } : "missing";
}

function changeChild(
  parent: Model,
  step: string,
  verb: Verb,
  payload: Json,
  isRoot: boolean,
): PathFault | undefined {
  const fresh = modelOf(payload);
  const place = childIn(parent, step);
  const child = typeof place === "object" ? place.child : undefined;
  if (verb === "POST" && Array.isArray(child)) return void child.push(fresh);
  if (verb === "POST" && Array.isArray(parent)) return void parent.push(fresh);
  const endsAt = verb === "PUT" && Array.isArray(parent) && step === String(parent.length);
  if (typeof place === "string" && !endsAt) return place;
  if (verb === "PUT" && Array.isArray(parent)) {
    return void parent.splice(Number(step), 0, fresh);
  }
  if (verb === "PUT") {
    const emptyRoot = isRoot && child instanceof Map && child.size === 0;
    if (child !== undefined && !emptyRoot) return "exists";
  } else if (verb !== "POST" && child === undefined) return "missing";
  if (verb === "POST ...") {
    return Array.isArray(child) ? void child.push(...(fresh as Model[])) : "payload";
  }
  if (verb === "DELETE" && !isRoot) {
    if (Array.isArray(parent)) parent.splice(Number(step), 1);
    else (parent as Map<string, Model>).delete(step);
    return undefined;
  }
  const after = verb === "DELETE" ? null : fresh;
  if (Array.isArray(parent)) parent[Number(step)] = after;
  else (parent as Map<string, Model>).set(step, after);
  return undefined;
}

/** Every branch beside the path is the same object in both documents. */
function expectShared(before: Json, after: Json, path: Path): void {
  let old = before as Record<string, Json>;
  let now = after as Record<string, Json>;
  for (const step of path) {
    if (old === now || typeof old !== "object" || typeof now !== "object" || !old || !now) return;
    if (Array.isArray(old)) {
      const same = (old as Json[]).filter((element) =>
        (now as unknown as Json[]).includes(element),
      );
      expect(same.length).toBeGreaterThanOrEqual(old.length - 1);
    } else {
      for (const name of Object.keys(old)) {
        if (name !== step && old[name] !== now[name]) throw new Error(`${name} was copied`);
      }
    }
    if (!Object.hasOwn(old, step) || !Object.hasOwn(now, step)) return;
    old = old[step] as unknown as Record<string, Json>;
    now = now[step] as unknown as Record<string, Json>;
  }
}

describe("any edit of any document", () => {
  const verb = fc.constantFrom<Verb>("POST", "POST ...", "PUT", "PATCH", "DELETE");

  it("does what it does to a plain tree, or fails with the fault the table names", () => {
    fc.assert(
      fc.property(value, fc.array(fc.tuple(verb, walk, value), { maxLength: 8 }), (root, steps) => {
        let document = root;
        for (const [method, choices, payload] of steps) {
          const path = pathFrom(document, choices);
          const before = contentOf(document);
          const wanted = changeModel(modelOf(document), method, path, payload);
          let got: Json | PathError;
          try {
            got = EDITS[method](document, path, payload);
          } catch (error) {
            got = error as PathError;
          }
          expect(contentOf(document)).toBe(before);
          if (got instanceof Error) expect((got as PathError).fault).toBe(wanted);
          else {
            expect(contentOf(got)).toBe(contentOf(jsonOf(wanted as Model)));
            expectShared(document, got, path);
            document = got;
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("freezes what it makes", () => {
    const document = set(parseJson('{"a":{"b":[1]}}'), ["a", "c"], 1) as { a: { b: Json } };
    expect([document, document.a, document.a.b].every(Object.isFrozen)).toBe(true);
  });

  it("is no edit when the value stands there already", () => {
    const document = parseJson('{"a":[{"b":1}]}');
    expect(replace(document, ["a", "0", "b"], 1)).toBe(document);
  });
});

describe("a key that every object seems to have", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("%s is a key", (name) => {
    const document = insert(parseJson("{}"), [name], "mine");
    expect(JSON.stringify(document)).toBe(`{"${name}":"mine"}`);
    expect(JSON.stringify(remove(document, [name]))).toBe("{}");
    expect(() => replace(parseJson("{}"), [name], 1)).toThrow(PathError);
    expect(() => remove(parseJson("{}"), [name])).toThrow("does not exist");
  });

  it("__proto__ on the way is created, and changes no prototype", () => {
    const document = insert(null, ["__proto__", "polluted"], true);
    expect(JSON.stringify(document)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
  });
});

describe("an array directly in an array", () => {
  const grid = parseJson('{"grid":[[1,2],[3]]}');

  it("is edited like any other", () => {
    expect(append(grid, ["grid", "1"], 4)).toEqual({
      grid: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(appendAll(grid, ["grid", "1"], [4, 5])).toEqual({
      grid: [
        [1, 2],
        [3, 4, 5],
      ],
    });
    expect(insert(grid, ["grid", "0", "1"], 9)).toEqual({ grid: [[1, 9, 2], [3]] });
    expect(replace(grid, ["grid", "0", "0"], 9)).toEqual({ grid: [[9, 2], [3]] });
    expect(remove(grid, ["grid", "0", "0"])).toEqual({ grid: [[2], [3]] });
  });
});

describe("an edit that does not fit", () => {
  const document = parseJson('{"list":[1],"text":"x","none":null,"object":{}}');
  const faults: [string, () => Json, PathFault, Path][] = [
    ["PATCH of a missing key", () => replace(document, ["nope"], 1), "missing", ["nope"]],
    ["PATCH past the end", () => replace(document, ["list", "1"], 1), "missing", ["list", "1"]],
    ["DELETE of a missing key", () => remove(document, ["nope"]), "missing", ["nope"]],
    ["DELETE past the end", () => remove(document, ["list", "1"]), "missing", ["list", "1"]],
    ["POST below a missing key", () => append(document, ["a", "b"], 1), "missing", ["a"]],
    ["POST below null", () => append(document, ["none", "b"], 1), "missing", ["none"]],
    ["POST below a scalar", () => append(document, ["text", "b"], 1), "scalar", ["text", "b"]],
    ["PUT on a key that is there", () => insert(document, ["text"], 1), "exists", ["text"]],
    ["PUT on a key that is null", () => insert(document, ["none"], 1), "exists", ["none"]],
    ["PUT on an array", () => insert(document, ["list"], 1), "exists", ["list"]],
    ["PUT behind the end", () => insert(document, ["list", "2"], 1), "missing", ["list", "2"]],
    ["an index with a zero in front", () => replace(document, ["list", "00"], 1), "index", []],
    ["a negative index", () => remove(document, ["list", "-1"]), "index", []],
    ["an index that is a name", () => insert(document, ["list", "length"], 1), "index", []],
    [
      "... without an array as payload",
      () => appendAll(document, ["list"], 1),
      "payload",
      ["list"],
    ],
    ["... into an object", () => appendAll(document, ["object"], [1]), "payload", ["object"]],
  ];

  it.each(faults)("says so: %s", (_name, attempt, fault, path) => {
    const error = caught(attempt);
    expect(error.fault).toBe(fault);
    if (path.length > 0) expect(error.path).toEqual(path);
  });
});

describe("an edit that would nest too deep", () => {
  const deep = (levels: number) => parseJson("[".repeat(levels) + "]".repeat(levels));

  it("is refused, one level less is not", () => {
    const document = parseJson('{"a":{"b":[]}}');
    expect(() => replace(document, ["a", "b"], deep(MAX_DEPTH - 2))).not.toThrow();
    for (const attempt of [
      () => replace(document, ["a", "b"], deep(MAX_DEPTH - 1)),
      () => append(document, ["a", "b"], deep(MAX_DEPTH - 2)),
      () => appendAll(document, ["a", "b"], deep(MAX_DEPTH - 1)),
      () => insert(document, ["a", "c"], deep(MAX_DEPTH - 1)),
      () => set(document, ["a", "c"], deep(MAX_DEPTH - 1)),
    ]) {
      expect(caught(attempt).fault).toBe("payload");
    }
  });

  it("is refused also when a long path would create the levels", () => {
    const path = new Array<string>(30_000).fill("a");
    expect(caught(() => insert(null, path, 1)).fault).toBe("payload");
  });
});

describe("appending very many values at once", () => {
  it("takes them all", () => {
    const many = parseJson(`[${new Array(300_000).fill(1).join()}]`);
    expect(appendAll(parseJson("[0]"), [], many)).toHaveLength(300_001);
  });
});

function caught(attempt: () => unknown): PathError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof PathError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}
