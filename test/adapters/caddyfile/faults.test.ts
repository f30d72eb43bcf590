// Sites are read one after the other, but a text with several faults is refused for the one that
// Caddy names, which first reads all words, then all blocks, and only then what they mean.

import { describe, expect, it } from "@jest/globals";
import { caddyfile } from "../../../adapters/caddyfile/index.js";
import { refusalOf } from "./support.js";

const UNKNOWN_DIRECTIVE = "a.com {\n\tnonsense\n}\n";
const UNKNOWN_OPTION = "{\n\tnonsense\n}\n";
const BAD_NAMED_ROUTE = "&(r) {\n\twrong\n}\n";
const STRAY_BRACE = "b.com {\n\trespond hi }\n}\n";
const OPEN_HEREDOC = "c.com {\n\trespond <<END\n\thi\n}\n";

describe("of several faults, the one that is told", () => {
  it.each([
    [
      "a brace behind an unknown directive",
      [UNKNOWN_DIRECTIVE, STRAY_BRACE],
      "no matching opening brace",
      5,
    ],
    ["a heredoc behind a brace", [STRAY_BRACE, OPEN_HEREDOC], "heredoc", 5],
    ["a heredoc behind an option", [UNKNOWN_OPTION, OPEN_HEREDOC], "heredoc", 5],
    ["a brace behind an option", [UNKNOWN_OPTION, STRAY_BRACE], "no matching opening brace", 5],
    ["an option before a directive", [UNKNOWN_OPTION, UNKNOWN_DIRECTIVE], "global option", 2],
    ["a named route behind a directive", [UNKNOWN_DIRECTIVE, BAD_NAMED_ROUTE], "wrong", 5],
    [
      "a brace behind both",
      [UNKNOWN_DIRECTIVE, BAD_NAMED_ROUTE, STRAY_BRACE],
      "no matching opening brace",
      8,
    ],
  ])("is %s", (_, parts, reason, line) => {
    const refusal = refusalOf(() => caddyfile.adapt(parts.join(""), {}));
    expect(refusal.message).toContain(reason);
    expect(refusal.place.line).toBe(line);
  });
});

it("advises whoever writes a second site without braces, in Caddy's words", () => {
  const text = "a.example\nrespond one\n\nb.example\nrespond two\n";
  const { reason, place } = refusalOf(() => caddyfile.adapt(text, {}));
  expect(reason).toBe(
    "unrecognized directive: b.example\nDid you mean to define a second site? If so, you must use " +
      "curly braces around each site to separate their configurations.",
  );
  expect(place.line).toBe(4);
});
