// What provisioning gathers from the elements of a list.

import { describe, expect, it } from "@jest/globals";
import { ConfigError, type Issue } from "../../src/document/index.js";
import { collect } from "../../src/engine/gather.js";

describe("what is wrong with the elements of a list", () => {
  it("is gathered whole, though it is more than fits on the stack", () => {
    const issues: Issue[] = Array.from({ length: 200_000 }, (_, i) => ({
      path: [String(i)],
      message: "is wrong",
    }));
    const gathered = issuesOf(() =>
      collect([issues, issues.slice(0, 1)], (some) => {
        throw new ConfigError(some);
      }),
    );
    expect(gathered).toHaveLength(issues.length + 1);
    expect(gathered.at(-1)).toBe(issues[0]);
  });
});

function issuesOf(work: () => unknown): readonly Issue[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}
