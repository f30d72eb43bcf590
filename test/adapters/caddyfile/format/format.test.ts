import { describe, expect, it } from "@jest/globals";
import { firstDifference } from "../../../../adapters/caddyfile/format/difference.js";
import { format } from "../../../../adapters/caddyfile/format/format.js";
import { neatUpTo } from "../../../../adapters/caddyfile/format/neat.js";
import { refusalOf } from "../support.js";

describe("formatting", () => {
  it.each([
    ["parts words by one space", "a   b\t c  ", "a b c\n"],
    ["indents blocks with tabs", "a {\n b {\nc\n   }\n}", "a {\n\tb {\n\t\tc\n\t}\n}\n"],
    ["keeps one blank line of many", "a\n\n\n\nb\nc", "a\n\nb\nc\n"],
    ["drops blank lines at a block's ends", "a {\n\n\n\tb\n\n\n}", "a {\n\tb\n}\n"],
    ["puts what a block holds on lines", "a { b { c }\n}", "a {\n\tb {\n\t\tc\n\t}\n}\n"],
    ["parts what follows a site on its line", "a {\n} b {\n}", "a {\n}\n\nb {\n}\n"],
    ["joins a brace with its line", "a\n\n{\n\tb\n}", "a {\n\tb\n}\n"],
    ["joins no brace with a comment", "# a\n{\n\tb\n}", "# a\n{\n\tb\n}\n"],
    ["joins no brace with an import", "import a\n{\n\tb\n}", "import a\n{\n\tb\n}\n"],
    ["parts a site from its brace", "a.com{\n\tb\n}", "a.com {\n\tb\n}\n"],
    ["leaves a brace that is part of a word", "a {\n\tb c{\n}", "a {\n\tb c{\n}\n"],
    ["puts a comment behind a brace below it", "a { # b\n}", "a {\n\t# b\n}\n"],
    ["keeps a comment on its line", "a {\n\tb   # c  d \n}", "a {\n\tb # c  d \n}\n"],
    ["keeps quoted text", 'a   "b  \\"  c"  `d\n\n   e`', 'a "b  \\"  c" `d\n\n   e`\n'],
    ["keeps words that nothing parts", '"a""b"#c', '"a""b"#c\n'],
    ["keeps heredocs", "a {\nb   <<E\n   c  {\n  E   d\n}", "a {\n\tb <<E\n   c  {\n  E d\n}\n"],
    ["keeps continued lines", "a {\nb   \\\n\t\tc\n}", "a {\n\tb \\\n c\n}\n"],
    ["keeps what variables hold", "a   {$B:c   d}", "a {$B:c   d}\n"],
    ["keeps placeholders", "a {b} {$C} :{$D}  e{f}", "a {b} {$C} :{$D} e{f}\n"],
    ["ends lines with newlines only", "a {\r\n\tb\r\n}\r\n", "a {\n\tb\n}\n"],
    ["leaves braces too many", "a {\n}\n}", "a {\n}\n}\n"],
    ["leaves blocks that are not closed", "a {\n{", "a {\n\t{\n"],
    ["leaves a text with an open quote", 'a   "b', 'a   "b'],
    ["leaves a word that is no heredoc", "a <<b   c\nd << \ne", "a <<b c\nd << \ne\n"],
    ["makes nothing of nothing but a line", " \n\n ", "\n"],
  ])("%s", (_rule, text, expected) => {
    expect(format(text)).toBe(expected);
    expect(format(expected)).toBe(expected);
  });

  it("stops indenting at ten levels, so that braces alone fill no memory", () => {
    const text = `${"a {\n".repeat(20_000)}${"}\n".repeat(20_000)}`;
    expect(format(text).length).toBeLessThan(text.length * 6);
  });

  it("refuses a broken heredoc, and says where", () => {
    expect(refusalOf(() => format("a\nb <<E\n")).place).toMatchObject({ line: 2, column: 3 });
  });
});

describe("the first line that is not formatted", () => {
  it.each([
    ["a {\n\tb\n}\n", undefined],
    ["a {\r\n\tb\r\n}\r\n", undefined],
    ["a {\n  b\n}\n", 2],
    ["a {\n\tb\n}", 3],
    ["a\n\n\n\nb\n", 3],
    ["a  b\n", 1],
    ["", 1],
  ])("of %j is %j", (text, line) => {
    expect(firstDifference(text)).toBe(line);
  });

  it("is found in a text of any length, wherever it is", () => {
    const site = (name: number) => `site${name} {\n\ta \`b\nc\` <<E\n  d\n  E\n}\n\n`;
    const sites = Array.from({ length: 3000 }, (_, name) => site(name)).join("");
    expect(firstDifference(`${sites}b {\n}\n`)).toBeUndefined();
    expect(firstDifference(sites)).toBe(3000 * 7);
    expect(firstDifference(`${sites}b  {\n}\n${sites}`)).toBe(3000 * 7 + 1);
    expect(firstDifference(`b {\n c\n}\n\n${sites}`)).toBe(2);
    expect(firstDifference(`${sites}b {\n\tc "\n${sites}`)).toBeUndefined();
  });

  it("is not looked for where nothing is unusual", () => {
    const usual =
      "# why\n{\n\temail {$MAIL}\n}\n\n# site\na.com, b.com {\n\t# c\n\n\trespond `x\n y` " +
      '"a  \\"b" # d\n\thandle /x* {\n\t\tfile_server {\n\t\t\thide {$HIDE:a}\n\t\t}\n\t}\n}\n';
    expect(neatUpTo(usual)).toBe(usual.length);
    expect(format(usual)).toBe(usual);
  });
});
