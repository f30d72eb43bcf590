// The part of the shared cases that the language decides: what it accepts, and how it refuses.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { format } from "../../../adapters/caddyfile/format/format.js";
import { parse } from "../../../adapters/caddyfile/syntax/parser.js";
import { meaningOf, refusalOf } from "./support.js";

const folder = join(import.meta.dirname, "../../../../shared/cases");
const present = existsSync(folder);
const names = present ? readdirSync(join(folder, "caddyfile")) : [];
const options = { readFile: (path: string) => readFileSync(join(folder, path), "utf8") };

/** Refusals that no directive or option has a part in. */
const REFUSED = new Set([
  "heredoc_incomplete",
  "heredoc_invalid_marker",
  "heredoc_mismatched_whitespace",
  "heredoc_too_many_angle_brackets",
  "import_block_anonymous",
  "import_cycle",
]);

(present ? describe : describe.skip)("the shared cases", () => {
  it.each(present ? names : ["(absent)"])("%s", (name) => {
    const content = readFileSync(join(folder, "caddyfile", name), "utf8");
    const [text = "", expected = ""] = content.split(/\n-{5,} *\n/);
    if (REFUSED.has(name.replace(/\..*$/, ""))) {
      expect(refusalOf(() => parse(text, options)).reason).toContain(expected.trim());
    } else expect(meaningOf(format(text), options)).toEqual(meaningOf(text, options));
  });
});
