import { describe, expect, it } from "@jest/globals";
import { acceptedCodings } from "../../../src/apps/http/content-codings.js";

describe("the codings that a client accepts", () => {
  const offered = ["gzip", "br", "zstd"] as const;

  it.each([
    [undefined, [], []],
    ["gzip, br", [], ["gzip", "br"]],
    ["gzip, br", ["br"], ["br", "gzip"]],
    ["gzip;q=0.5, br;q=0.8, zstd", [], ["zstd", "br", "gzip"]],
    ["GZIP ; Q=0.1", [], ["gzip"]],
    ["gzip;q=0, br;q=0.000, zstd;q=0.00000", [], []],
    ["deflate, *", [], []],
    ["gzip;q=2", [], ["gzip"]],
    ["gzip;q=.5, br;q=1.", [], ["br", "gzip"]],
    ["gzip;q=", [], ["gzip"]],
    ["identity", [], []],
    ["identity;q=0.5, gzip;q=0.5, br;q=0.4", [], ["gzip"]],
    ["gzip;q=0.9, identity;q=1", [], []],
    ["gzip, identity;q=0, *;q=0", [], ["gzip"]],
    [",,;,gzip;;q=0", [], ["gzip"]],
  ] as const)("%p, the server preferring %j, are %j", (field, order, expected) => {
    expect(acceptedCodings(field, { offered, order })).toEqual(expected);
  });

  it("are read at once, however long the list is", () => {
    const field = `${"gzip;q=0.1,".repeat(50_000)}${" ".repeat(50_000)}q=1`;
    expect(acceptedCodings(field, { offered, order: [] }).length).toBe(50_000);
  });
});
