// An adapted text that is not formatted is worth a warning, with the first line that would change.

import { describe, expect, it } from "@jest/globals";
import { caddyfile } from "../../../adapters/caddyfile/index.js";
import { filesIn } from "./support.js";

const warningsOf = (text: string, file?: string) =>
  caddyfile.adapt(text, { ...filesIn({ part: "abort   /x\n" }), ...(file && { file }) }).warnings;

describe("a Caddyfile that is not formatted", () => {
  it("is a warning with its first differing line, behind all others", () => {
    const text = ":8080 {\n\timport none*\n\n\tabort   /x\n}\n";
    const message =
      "Caddyfile input is not formatted; run 'graft fmt --overwrite' to fix inconsistencies";
    expect(warningsOf(text, "sites/main")).toEqual([
      expect.objectContaining({ line: 2, directive: "import" }),
      { file: "sites/main", line: 4, message },
    ]);
    expect(warningsOf(":8080\nabort  /x")).toEqual([{ file: "Caddyfile", line: 2, message }]);
  });

  it("is none when only its lines end otherwise, or what it imports is not formatted", () => {
    expect(warningsOf(":8080 {\r\n\tabort\r\n}\r\n")).toEqual([]);
    expect(warningsOf(":8080 {\n\timport part\n}\n")).toEqual([]);
  });
});
