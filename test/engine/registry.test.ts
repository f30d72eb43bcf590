import { describe, expect, it } from "@jest/globals";
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
