import { describe, expect, it } from "@jest/globals";
import { parseEnvfile } from "../../src/cli/envfile.js";

const read = (text: string) => Object.fromEntries(parseEnvfile(text, "prod.env"));

describe("an environment file", () => {
  it.each([
    ["A=1\nB=two words", { A: "1", B: "two words" }],
    ["A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["# comment\n\n  A=1 # why", { A: "1" }],
    ["export A=1", { A: "1" }],
    ["A=", { A: "" }],
    ["A=b=c", { A: "b=c" }],
    ["A=secret#1", { A: "secret#1" }],
    ["A='  kept # all '", { A: "  kept # all " }],
    ['A="say \\"hi\\""', { A: 'say "hi"' }],
    ['A="one\n two"\nB=3', { A: "one\n two", B: "3" }],
    ["A='one' # why\nB=\"two\" ", { A: "one", B: "two" }],
    ["A=1\nA=2", { A: "2" }],
    ["__proto__=1", { ["__proto__"]: "1" }],
  ])("%j means %j", (text, variables) => {
    expect(read(text)).toEqual(variables);
  });

  it.each([
    ["A=1\nB", "prod.env:2: expected KEY=VALUE"],
    ["=1", "prod.env:1: expected KEY=VALUE"],
    ["A = 1", "prod.env:1: expected KEY=VALUE"],
    ["A= 1", "prod.env:1: expected KEY=VALUE"],
    ['A="one"two', "prod.env:1: expected nothing behind the quote of A"],
    ["A='one\ntwo'#three", "prod.env:2: expected nothing behind the quote of A"],
    ['A="open\nB=2', "prod.env:1: the quote of A is never closed"],
  ])("%j is refused with its line", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
