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

/** A text for each of so many numbers. */
function times(count: number, textOf: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => textOf(index)).join("");
}

/** The numbers as lines or words with one of them in each. */
const many = (count: number, word: string) => times(count, (index) => `${word}${index} `);

describe("a short text that would become a document without end", () => {
  it.each([
    ["a matcher", `:80 {\n@m host ${many(9000, "h")}\n${times(2000, () => "abort @m\n")}}\n`],
    [
      "a response matcher",
      `:80 {\nintercept {\n@n status ${"200 ".repeat(9000)}\n${times(
        2000,
        () => "handle_response @n {\n}\n",
      )}}\n}\n`,
    ],
    [
      "a site",
      `${many(4000, ":").replaceAll(" ", ",\n")}:9000 {\nvars {\n${times(4000, (i) => `a${i} 1\n`)}}\n}`,
    ],
    [
      "a named route",
      `&(r) {\nvars {\n${times(8000, (i) => `a${i} 1\n`)}}\n}\n${times(1000, (i) => `:${i} {\ninvoke r\n}\n`)}`,
    ],
    [
      "an option",
      `{\nservers {\ntrusted_proxies static ${many(9000, "a")}\n}\n}\n${times(
        2000,
        (index) => `:${index} {\nabort\n}\n`,
      )}`,
    ],
  ])("is refused: %s that is used very often", (_what, text) => {
    expect(refusalOf(() => caddyfile.adapt(text, {})).reason).toMatch(
      /what is used more than once expands to more than \d+ words/,
    );
  });

  it("is refused: many sites on many interfaces", () => {
    const text = `${many(2000, "a").replaceAll(" ", ",\n")}b {\nbind ${many(2000, "h")}\n}\n`;
    expect(refusalOf(() => caddyfile.adapt(text, {})).reason).toMatch(/more than \d+ listeners/);
  });

  it("is refused: global options without end", () => {
    const text = `{\n${times(6000, (index) => `servers :${index}\n`)}}\n`;
    const { reason, place } = refusalOf(() => caddyfile.adapt(text, {}));
    expect(reason).toBe("more than 5000 global options");
    expect(place.line).toBe(5002);
  });

  it.each([
    ["themselves", "(s) {\n\timport {args[0]} {args[0]}\n}\n:80 {\n\timport s s\n}\n", /cycle/],
    [
      "themselves twice as long",
      "(s) {\n\timport s {args[0]}{args[0]}\n}\n:80 {\n\timport s a\n}\n",
      /cycle/,
    ],
    ["named matchers in each other", ":80 {\n@m not @m\n}\n", /not registered/],
    ["matchers in each other", `:80 {\n@m ${"not ".repeat(9000)}\n}\n`, /deeper than 200 levels/],
  ])("is refused: what brings %s", (_what, text, reason) => {
    expect(refusalOf(() => caddyfile.adapt(text, {})).reason).toMatch(reason);
  });
});

describe("a word that stands there thousands of times, or is endless", () => {
  const site = (inside: string) => `:80 {\n@n path /n\n${inside}}\n`;
  const texts = [
    ...namesOf(directives).map((name) => [name, site] as const),
    ...namesOf(options).map((name) => [name, (inside: string) => `{\n${inside}}\n`] as const),
    ...namesOf(matchers).map(
      (name) => [name, (inside: string) => site(`@m {\n${inside}}\nabort @m\n`)] as const,
    ),
  ];
  it.each(texts)("is read or refused in time: %s", (name, around) => {
    const started = performance.now();
    for (const rest of ["", " a", " a=b", " /a b", " @n 5s", " a {\n\ta b\n\t}"]) {
      adapted(around(times(400, () => `${name}${rest}\n`)));
      adapted(around(times(400, (index) => `${name}${rest.replace("a", `a${index}`)}\n`)));
    }
    adapted(around(`${name} ${many(130_000, "a")}\n`));
    adapted(around(`${name} ${"a=b ".repeat(20_000)}\n`));
    adapted(around(`${name} ${"a1.-:".repeat(20_000)}\n`));
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
