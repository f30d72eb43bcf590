import { describe, expect, it } from "@jest/globals";
import { describeIssue, type Json } from "../../src/document/index.js";
import { defineModule, Registry } from "../../src/engine/index.js";
import { Type } from "../../src/schema/index.js";

const counted = defineModule({
  id: "toys.counted",
  summary: "Has a number.",
  schema: Type.Object({ count: Type.Number() }),
  provision: () => ({}),
});

describe("a registry that is warmed up", () => {
  it("takes one step for each module, so that others get their turn in between", () => {
    expect([...new Registry([counted]).warmUp()]).toHaveLength(1);
  });

  it("finds the same things wrong as one that is not", () => {
    const [cold, warm] = [new Registry([counted]), new Registry([counted])];
    for (const _ of warm.warmUp());
    const issues = (registry: Registry) => registry.check(counted).issues({ count: "one" });
    expect(issues(warm)).toEqual(issues(cold));
    expect(issues(warm)).toHaveLength(1);
  });
});

describe("what is wrong with a value that may be a text or an object", () => {
  const either = defineModule({
    id: "toys.either",
    summary: "Is a text or an object.",
    schema: Type.Union([
      Type.String(),
      Type.Object({ count: Type.Number() }, { additionalProperties: false }),
    ]),
    provision: () => ({}),
  });
  const said = (node: Json) => new Registry([either]).check(either).issues(node).map(describeIssue);

  it("is told in the words of the one that it is", () => {
    expect(said({ count: 1, counts: 2 })).toEqual([
      '/counts: unknown field "counts" (did you mean "count"?)',
    ]);
    expect(said({})).toEqual(['"count" is missing']);
    expect(said({ count: "one" })).toEqual(['/count: must be number, found "one"']);
  });

  it("is told of both when it is neither", () => {
    expect(said(5)).toEqual(["must be string or object, found 5"]);
  });
});
