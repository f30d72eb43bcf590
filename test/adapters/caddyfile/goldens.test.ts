// Pairs of a Caddyfile and what becomes of it: the document, or the whole error message. Input and
// output share a file, with a line of dashes between them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { format } from "../../../adapters/caddyfile/format/format.js";
import { caddyfile } from "../../../adapters/caddyfile/index.js";
import { ParseError } from "../../../src/document/index.js";

const folder = join(import.meta.dirname, "../../../fixtures/caddyfile");
const options = {
  file: "Caddyfile",
  env: { GREETING: "hello" },
  readFile: (path: string) => readFileSync(join(folder, path), "utf8"),
};

/** The document of a text, or its error's message. */
function outcomeOf(text: string): unknown {
  try {
    return caddyfile.adapt(text, options).document;
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

describe("a Caddyfile of the goldens", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".caddyfile"));
  it.each(names)("%s", (name) => {
    const content = readFileSync(join(folder, name), "utf8");
    const [text = "", expected = ""] = content.split(/^-{5,}\n/m);
    const outcome = expected.startsWith("{") ? JSON.parse(expected) : expected.trim();
    expect(outcomeOf(text)).toEqual(outcome);
    if (typeof outcome !== "string") expect(outcomeOf(format(text))).toEqual(outcome);
  });
});
