import { describe, expect, it } from "@jest/globals";
import { dispense } from "../../../../adapters/caddyfile/syntax/dispenser.js";
import { lineOf, refusalOf, tokensOf } from "../support.js";

/** The first directive of a text. */
function directive(text: string) {
  const [first] = dispense(tokensOf(text));
  if (first === undefined) throw new Error("there is none");
  return first;
}

describe("a dispenser", () => {
  it("hands out the arguments on its line, and no more", () => {
    const d = directive("respond a \\\n b {\n\tc\n}\nd");
    expect(d.directive).toBe("respond");
    expect(d.count).toBe(2);
    expect(d.peek()?.text).toBe("a");
    expect(d.expectArgument("body").text).toBe("a");
    expect(d.argument()?.text).toBe("b");
    expect(d.argument()).toBeUndefined();
  });

  it("hands out what is left at once, and takes one back", () => {
    const d = directive("a b c d");
    d.argument();
    d.back();
    expect(d.remainingTexts()).toEqual(["b", "c", "d"]);
    expect(d.count).toBe(0);
    expect(
      directive("a b")
        .expectRemaining()
        .map((token) => token.text),
    ).toEqual(["b"]);
  });

  it("has a dispenser for each line of its block", () => {
    const d = directive('a {\n\tb 1 {\n\t\tc "{"\n\t}\n\td {\n\t}\n}');
    expect(d.hasBlock).toBe(true);
    expect(d.block().map(lineOf)).toEqual([
      ["b", "1", [["c", "{"]]],
      ["d", []],
    ]);
    expect(
      d
        .block()[0]
        ?.segment.map((token) => token.text)
        .join(" "),
    ).toBe("b 1 { c { }");
  });

  it("is content when everything was taken", () => {
    directive("a").expectEnd();
    const d = directive("a b {\n\tc\n}");
    d.argument();
    d.expectEndOfLine();
    d.block();
    d.expectEnd();
  });

  it.each([
    [
      "an argument that is missing",
      "a b",
      "wrong argument count or unexpected line ending after 'b'",
      3,
    ],
    [
      "an argument too many",
      "a b c d",
      "wrong argument count or unexpected line ending after 'd'",
      7,
    ],
    ["a block that is not taken", "a b c {\n\td\n}", "'a' takes no block: unexpected token '{'", 7],
  ])("refuses %s", (_what, text, reason, column) => {
    const d = directive(text);
    const error = refusalOf(() => {
      d.expectArgument("one");
      d.expectArgument("another");
      d.expectEnd();
    });
    expect(error.reason).toContain(reason);
    expect(error.place).toEqual({ file: "Caddyfile", line: 1, column });
  });

  it.each([
    ["x {\n\ta {\n\t\tb }\n}", "unexpected token '}'", 3, 5],
    ["x {\n\ta {\n\t} b\n}", "unexpected token 'b' after '}'", 3, 4],
    ["x {\n\t{\n\t}\n}", "anonymous blocks are not supported", 2, 2],
    ["x {\n\ta {\n}", "the block that opens here is not closed", 1, 3],
  ])("refuses a block with braces where they do not belong: %j", (text, reason, line, column) => {
    const error = refusalOf(() => directive(text).block());
    expect(error.reason).toContain(reason);
    expect(error.place).toMatchObject({ line, column });
  });

  it("points at the argument that was taken last", () => {
    const d = directive("a b c");
    expect(refusalOf(() => d.fail("bad", "write good")).message).toBe(
      "Caddyfile:1:1: bad (write good)",
    );
    d.argument();
    d.argument();
    expect(refusalOf(() => d.fail("bad")).message).toBe("Caddyfile:1:5: bad");
    expect(refusalOf(() => d.unrecognized()).reason).toBe("unrecognized subdirective a");
  });
});

describe("a token", () => {
  const token = (text: string) => directive(`x ${text}`).expectArgument();

  it("is read as a number or a truth value", () => {
    expect(["7", "-7", "+7", "-0", "007"].map((text) => token(text).toInteger())).toEqual([
      7, -7, 7, 0, 7,
    ]);
    expect([".5", "1e3", "-2."].map((text) => token(text).toNumber())).toEqual([0.5, 1000, -2]);
    expect(["true", "T", "1", "false", "F", "0"].map((text) => token(text).toBoolean())).toEqual([
      ...[true, true, true, false, false, false],
    ]);
  });

  it("is the closest scalar when it is not quoted", () => {
    const scalars = ["1", "1.5", "true", "t", "x", '"1"', "`true`", "0x10", "-0"];
    const expected = [1, 1.5, true, true, "x", "1", "true", "0x10", 0];
    expect(scalars.map((text) => token(text).toScalar())).toEqual(expected);
  });

  it.each(["1.5", "", "x", "1e3", "0x10", "99999999999999999999"])("is no integer: %j", (text) => {
    const error = refusalOf(() => token(`"${text}"`).toInteger("status"));
    expect(error.reason).toContain(`invalid status '${text}'`);
    expect(error.place.column).toBe(3);
  });

  it("is no number and no truth value", () => {
    expect(refusalOf(() => token("NaN").toNumber()).reason).toContain("must be a number");
    expect(refusalOf(() => token("yes").toBoolean()).reason).toContain("must be true or false");
  });

  it("is not quoted at length by an error", () => {
    const error = refusalOf(() => token("x".repeat(100_000)).toInteger());
    expect(error.message.length).toBeLessThan(1100);
  });
});
