// Caddyfiles in the manner in which people write them for real sites.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { format } from "../../../adapters/caddyfile/format/format.js";
import { caddyfile } from "../../../adapters/caddyfile/index.js";

const folder = join(import.meta.dirname, "../../../fixtures/caddyfile/sites");
const options = {
  file: "Caddyfile",
  readFile: (path: string) => readFileSync(join(folder, path), "utf8"),
};

describe("the Caddyfile of a real site", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".caddyfile"));
  it.each(names)("%s is understood, with nothing to warn of", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const { document, warnings } = caddyfile.adapt(text, options);
    expect(document).toHaveProperty("apps.http.servers");
    expect(warnings).toEqual([]);
    expect(format(text)).toBe(text);
  });
});
