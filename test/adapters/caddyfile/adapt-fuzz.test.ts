// Random Caddyfiles, made of the words that the adapter knows and of goldens that were damaged. Each
// is adapted or refused with a place; nothing else may happen, and not for long.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { directives } from "../../../adapters/caddyfile/directives/index.js";
import { format } from "../../../adapters/caddyfile/format/format.js";
import { caddyfile } from "../../../adapters/caddyfile/index.js";
import { matchers } from "../../../adapters/caddyfile/matchers/index.js";
import { modules } from "../../../adapters/caddyfile/modules/index.js";
import { options } from "../../../adapters/caddyfile/options/index.js";
import { type Json, ParseError } from "../../../src/document/index.js";
import { filesIn, refusalOf } from "./support.js";

const folder = join(import.meta.dirname, "../../../fixtures/caddyfile");

/** The goldens that are accepted, each as its lines, and each line as its words. */
const goldens = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".caddyfile"))
  .map((name) => readFileSync(join(folder, name), "utf8").split(/^-{5,}\n/m))
  .filter(([, expected = ""]) => expected.startsWith("{"))
  .map(([text = ""]) => text.split("\n").map((line) => line.trim().split(/ +/)));

/** How lines begin that stand in the goldens' blocks: most sub-directives are among them. */
const beginnings = [...new Set(goldens.flat().map(([first = ""]) => first))].filter((word) =>
  /^[\w>!?+-]+$/.test(word),
);
const used = [...new Set(goldens.flatMap((lines) => lines.flatMap(([, ...rest]) => rest)))];
const garbage = [
  ...[
    '""',
    '"a b"',
    "`{`",
    "{",
    "}",
    "*",
    "@m",
    "@",
    "/",
    "/a/*",
    "-1",
    "0",
    "1e400",
    "10s",
    "5xx",
  ],
  ...["99999999999999999999", "a=b", "=", "{}", "{host}", "{args[0]}", "{$HOME}", "__proto__", "é"],
  ...["constructor", "off", "<<E\n\tx\n\tE", "a:b", ":", "[::1]:80", "a-b", "1-2", "%zz", "\\"],
];

const ids = modules.map(({ id }) => id.slice(id.lastIndexOf(".") + 1));
const word = fc.oneof(
  fc.constantFrom(...used),
  fc.constantFrom(...garbage),
  fc.constantFrom(...beginnings, ...ids),
);

/** A line, and perhaps a block, that begins with one of the names. */
function lineOf(names: readonly string[], depth: number): fc.Arbitrary<string> {
  const inside = depth === 0 ? fc.constant("") : fc.oneof(fc.constant(""), blockOf(depth - 1));
  return fc
    .tuple(fc.constantFrom(...names), fc.array(word, { maxLength: 3 }), inside)
    .map(([name, words, block]) => `${[name, ...words].join(" ")}${block}\n`);
}

function blockOf(depth: number): fc.Arbitrary<string> {
  const names = [...beginnings, ...ids, ...matchers.map(({ name }) => name)];
  const lines = fc.oneof(lineOf(names, depth), lineOf(namesOf(directives), depth));
  return fc.array(lines, { maxLength: 3 }).map((inner) => ` {\n${inner.join("")}}`);
}

function namesOf(words: readonly { readonly name: string }[]): readonly string[] {
  return words.map(({ name }) => name);
}

const matcherLine = lineOf(namesOf(matchers), 1).map((line) => `@m ${line}`);
const site = fc
  .tuple(
    fc.constantFrom("a.com", "*.a.com, b.com", ":80", "http://a.com:8080", "localhost", "&(r)"),
    fc.option(matcherLine, { nil: "" }),
    fc.array(lineOf(namesOf(directives), 3), { maxLength: 2 }),
  )
  .map(([keys, definition, lines]) => `${keys} {\n${definition}${lines.join("")}}\n`);

/** Caddyfiles of known words in places where they may or may not belong. */
const composed = fc
  .tuple(
    fc.option(fc.array(lineOf(namesOf(options), 3), { maxLength: 2 }), { nil: undefined }),
    fc.array(site, { maxLength: 2 }),
  )
  .map(([top, sites]) => (top === undefined ? "" : `{\n${top.join("")}}\n`) + sites.join(""));

/** What is done to a golden: at a line and a word in it, with a word and another golden's line. */
const damage = fc.record({
  kind: fc.constantFrom("replace", "insert", "remove", "repeat", "drop", "bring"),
  line: fc.nat(),
  at: fc.nat(),
  word,
  other: fc.nat(),
  otherLine: fc.nat(),
});

/** Goldens with a few changes: they get further into each word than what is composed. */
const damaged = fc
  .tuple(fc.nat(), fc.array(damage, { minLength: 1, maxLength: 4 }))
  .map(([golden, damages]) => {
    const lines = pick(goldens, golden).map((words) => [...words]);
    for (const { kind, line, at, word: text, other, otherLine } of damages) {
      const index = line % lines.length;
      const words = pick(lines, line);
      if (kind === "replace") words.splice(at % words.length, 1, text);
      else if (kind === "insert") words.splice(at % (words.length + 1), 0, text);
      else if (kind === "remove") words.splice(at % words.length, 1);
      else if (kind === "repeat") lines.splice(index, 0, [...words]);
      else if (kind === "drop" && lines.length > 1) lines.splice(index, 1);
      else lines.splice(index, 0, [...pick(pick(goldens, other), otherLine)]);
    }
    return lines.map((words) => words.join(" ")).join("\n");
  });

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

const files = { ...filesIn({ a: "respond a", "index.html": "" }), env: { HOME: "}{" } };

/** The document, or nothing when the text is refused; that has to say where. */
function adapted(text: string): Json | undefined {
  try {
    const { document, placeOf } = caddyfile.adapt(text, files);
    expect(placeOf?.(["apps", "http", "servers", "srv0", "routes", "0"])?.line).not.toBe(0);
    return document;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    expect(error.place).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
    return undefined;
  }
}

describe.each([
  ["composed of known words", composed],
  ["damaged", damaged],
])("a Caddyfile that is %s", (_name, texts) => {
  it("is adapted or refused with a place, and formatting it changes nothing", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const document = adapted(text);
        if (document !== undefined) expect(adapted(format(text))).toEqual(document);
      }),
      { numRuns: 3000 },
    );
  });
});
