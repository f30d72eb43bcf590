import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { firstDifference } from "../../../../adapters/caddyfile/format/difference.js";
import { format } from "../../../../adapters/caddyfile/format/format.js";
import { neatUpTo } from "../../../../adapters/caddyfile/format/neat.js";
import { ParseError } from "../../../../src/document/index.js";
import { caddyfiles, meaningOrRefusal, noise, tokensOf } from "../support.js";

function formatted(text: string): string | undefined {
  try {
    return format(text);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Whether a brace sticks to a word, which is refused, if not here then as a directive's name. */
function hasForgottenSpace(text: string): boolean {
  return /\S\{(?:[\s\\]|$)/.test(text);
}

describe.each([
  ["noise", noise],
  ["something like a Caddyfile", caddyfiles],
  ["any text", fc.string({ unit: "binary", maxLength: 200 })],
])("formatting %s", (_name, texts) => {
  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = formatted(text);
        if (once === undefined) return;
        expect(format(once)).toBe(once);
        expect(firstDifference(once)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it("would not change what is called neat, and treats the rest as it would alone", () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const one of [text, formatted(text) ?? "", `a {\n}\n\nb {\n}\n\n${text}`]) {
          const whole = formatted(one);
          const end = neatUpTo(one);
          if (end === one.length && end > 0) expect(whole).toBe(one);
          else if (end > 0 && whole !== undefined) {
            expect(whole).toBe(one.slice(0, end) + format(one.slice(end)));
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("never changes what an accepted text means", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const meaning = meaningOrRefusal(text);
        if (meaning === undefined || hasForgottenSpace(text)) return;
        // A site whose address is the word `import`, right behind the brace of another one, gets a
        // line of its own like any site, and is a statement there. Nobody has such a site.
        if (/\}[ \t]+import\b/.test(text)) return;
        expect(meaningOrRefusal(format(text))).toEqual(meaning);
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps every word of a text without variables", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = formatted(text);
        if (once === undefined || hasForgottenSpace(text) || text.includes("{$")) return;
        const words = (of: string) => tokensOf(of).map(({ text, quote }) => quote + text);
        expect(words(once)).toEqual(words(text));
      }),
      { numRuns: 2000 },
    );
  });
});
