import { describe, expect, it } from "@jest/globals";
import { readSource } from "../../../../adapters/caddyfile/syntax/env.js";
import { tokenize } from "../../../../adapters/caddyfile/syntax/lexer.js";
import { onNewLine } from "../../../../adapters/caddyfile/syntax/token.js";
import { refusalOf, tokensOf } from "../support.js";

const rawOf = (text: string) => tokensOf(text).map(({ raw }) => raw);
const textsOf = (text: string) => tokensOf(text).map((token) => token.text);

/** The words of a text, those of a line together. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  const tokens = tokensOf(text);
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (before === undefined || onNewLine(before, token)) rows.push([]);
    rows.at(-1)?.push(token.text);
  }
  return rows;
}

describe("words", () => {
  it.each([
    ["white space parts them", "a b\tc\u00a0d\u2003e", ["a", "b", "c", "d", "e"]],
    ["quotes hold white space", 'a "b c" d', ["a", '"b c"', "d"]],
    ["a quote within a word is a character of it", `a"b c'd`, ['a"b', "c'd"]],
    ["a closing quote ends the word", '"a"b', ['"a"', "b"]],
    ["backticks hold everything", '`a "b" \\` c', ['`a "b" \\`', "c"]],
    ["quotes may be empty", 'a "" ``', ["a", '""', "``"]],
    ["only a quote is escaped in quotes", '"a\\"b\\n\\\\"', ['"a"b\\n\\\\"']],
    ["a backslash elsewhere stays", "a\\b \\# \\\\", ["a\\b"]],
    ["a comment begins where a word begins", "a #b c\nd#e", ["a", "d#e"]],
    ["a byte order mark is dropped", "\ufeffa", ["a"]],
    ["braces are words when they stand alone", "a { b{ } c}", ["a", "{", "b{", "}", "c}"]],
    ["an unclosed quote takes the rest", 'a "b c\n', ["a", "b c\n"]],
  ])("%s", (_rule, text, words) => {
    expect(rawOf(text)).toEqual(words);
  });

  it("ignore carriage returns but in quotes", () => {
    expect(textsOf('a\r\nb\rc "d\r\ne"\r\n')).toEqual(["a", "bc", "d\r\ne"]);
  });
});

describe("lines", () => {
  it.each([
    ["end with a newline", "a b\nc", [["a", "b"], ["c"]]],
    ["go on after a backslash", "a \\\n b \\\r\n c\nd", [["a", "b", "c"], ["d"]]],
    ["go on after quoted text of several lines", 'a "b\nc" d\ne', [["a", "b\nc", "d"], ["e"]]],
    ["go on after a heredoc", "a <<E\n  b\n  E 200\nc", [["a", "b", "200"], ["c"]]],
    ["end after an empty heredoc", "a <<E\nE\nb", [["a", ""], ["b"]]],
    ["end with a comment, whatever is in it", "a # C:\\b \\\nc", [["a"], ["c"]]],
  ])("%s", (_rule, text, rows) => {
    expect(rowsOf(text)).toEqual(rows);
  });
});

describe("a heredoc", () => {
  it.each([
    ["loses the indentation of its marker", "<<E\n\t\ta\n\t\t\tb\n\n\t\tE", "a\n\tb\n"],
    ["keeps what stands further right", "<<END\n    a\n  b\n  END", "  a\nb"],
    ["drops carriage returns", "<<E\r\n a\r\n\r\n E", "a\n"],
    ["may hold quotes, braces and comments", '<<E_1-x\n"{ # `\nE_1-x', '"{ # `'],
    ["ends where its marker first stands", "<<E\naE", ""],
  ])("%s", (_rule, text, content) => {
    const [token] = tokensOf(text);
    expect(token).toMatchObject({ text: content, quote: "<" });
  });

  it.each([["<< a"], ["<<a b\n"], ["<<"], ["\\<<a\n"], ["a<<b\n"]])(
    "is not begun by %j",
    (text) => {
      expect(tokensOf(text).every(({ quote }) => quote === "")).toBe(true);
    },
  );

  it.each([
    ["a\n<<\nb", "missing opening heredoc marker on line #2; must contain only alphanumeric", 2, 1],
    ["a <<<E\nE", "too many '<' for heredoc on line #1; only use two, for example <<END", 1, 3],
    ["<<E!\nE!", "heredoc marker on line #1 must contain only alphanumeric characters", 1, 1],
    ["a\n <<E\nb\n", "incomplete heredoc <<E on line #4, expected ending marker E", 2, 2],
    [
      "<<E\n  a\n b\n  E",
      "mismatched leading whitespace in heredoc <<E on line #3 [ b], expected whitespace [  ]",
      3,
      1,
    ],
  ])("is refused when broken: %j", (text, reason, line, column) => {
    const error = refusalOf(() => tokensOf(text));
    expect(error.reason).toContain(reason);
    expect(error.place).toEqual({ file: "Caddyfile", line, column });
  });
});

describe("variables of the environment", () => {
  const words = (text: string, env = {}) =>
    tokenize(readSource("f", text, env)).map((token) => token.text);

  it.each([
    ["are replaced everywhere", 'a{$X}b "{$X}" `{$X}`', ["a1", "2b", "1 2", "1 2"]],
    ["may bring several words", "{$X}", ["1", "2"]],
    ["have a default for when they are not set", "{$Y:a:b} {$X:c}", ["a:b", "1", "2"]],
    ["are empty when they are neither", "a{$Y}b {$EMPTY:c}", ["ab"]],
    ["have a name", "{$} {$", ["{$}", "{$"]],
    ["are not looked for in what they bring", "{$NESTED}", ["{$X}"]],
    ["are no keys of Object.prototype", "{$toString}{$__proto__}x", ["x"]],
  ])("%s", (_rule, text, expected) => {
    expect(words(text, { X: "1 2", EMPTY: "", NESTED: "{$X}" })).toEqual(expected);
  });

  it("leave lines and columns as they were written", () => {
    const text = "{$LINES} a\n{$X}{$X} b\n{$Y:\n\n} c\n\td";
    const tokens = tokenize(readSource("f", text, { LINES: "1\n2\n3", X: "long" }));
    const places = tokens.map(({ text, line, column }) => [text, line, column]);
    expect(places).toEqual([
      ...[
        ["1", 1, 1],
        ["2", 1, 1],
        ["3", 1, 1],
        ["a", 1, 10],
      ],
      ...[
        ["longlong", 2, 1],
        ["b", 2, 10],
        ["c", 5, 3],
        ["d", 6, 2],
      ],
    ]);
  });
});
