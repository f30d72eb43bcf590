// What the bench says about its measurements.

import { describe, expect, it } from "@jest/globals";
import { exactly, figure, type Row, ratioOf, reached } from "./figures.js";
import { printTable } from "./table.js";

const quicker: Row = {
  work: "PATCH",
  unit: "ms",
  better: "less",
  peer: exactly(800),
  graft: exactly(2),
  reach: 300,
};

describe("a figure", () => {
  it("is the median of what was measured, and what one in a hundred exceeds", () => {
    const samples = Array.from({ length: 200 }, (_, at) => 200 - at);
    expect(figure(samples)).toEqual({ median: 100, p99: 198, samples: 200 });
  });

  it("is what was measured where that was once", () => {
    expect(figure([7])).toEqual(exactly(7));
  });
});

describe("a row", () => {
  it("says how many times better Graft is, whichever way better goes", () => {
    expect(ratioOf(quicker)).toBe(400);
    expect(ratioOf({ ...quicker, better: "more" })).toBe(1 / 400);
  });

  it("is where it has to be, or falls short", () => {
    expect(reached(quicker)).toBe(true);
    expect(reached({ ...quicker, reach: 401 })).toBe(false);
    expect(reached({ ...quicker, limit: 1 })).toBe(false);
  });

  it("says nothing about a peer that is missing", () => {
    const { peer: _, ...alone } = quicker;
    expect([ratioOf(alone), reached(alone)]).toEqual([undefined, undefined]);
  });
});

describe("the table", () => {
  it("has a line for each row, in columns", () => {
    const { peer: _, ...alone } = quicker;
    expect(printTable([quicker, { ...alone, graft: figure(Array(100).fill(3)) }])).toBe(
      [
        "| work  | Caddy  | Graft        | ratio | to reach |    |",
        "|-------|--------|--------------|-------|----------|----|",
        "| PATCH | 800 ms | 2 ms         | 400×  | ≥ 300×   | ok |",
        "| PATCH | –      | 3 ms (p99 3) | –     | ≥ 300×   |    |",
      ].join("\n"),
    );
  });
});
