// The shared cases: Caddyfiles with the documents, or the refusals, that Caddy's users rely on.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { format } from "../../../adapters/caddyfile/format/format.js";
import { createCaddyfile, defineModule } from "../../../adapters/caddyfile/index.js";
import type { AdaptOptions } from "../../../src/document/index.js";
import { meaningOf, refusalOf } from "./support.js";

const folder = join(import.meta.dirname, "../../../../shared/cases");
const present = existsSync(folder);
const names = present ? readdirSync(join(folder, "caddyfile")) : [];

/** What a case is adapted with: it may read the files beside it, and a certificate beyond them. */
function optionsFor(expected: string): AdaptOptions {
  const readFile = (path: string) =>
    path === CERTIFICATE ? certificateIn(expected) : readFileSync(join(folder, path), "utf8");
  return { file: "Caddyfile", readFile };
}

/** A file that some cases name and the folder has not; what it held stands in what they expect. */
const CERTIFICATE = "../caddy.ca.cer";

function certificateIn(expected: string): string {
  const base64 = /"(MII[\w+/=]+)"/.exec(expected)?.[1] ?? "";
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

/** A DNS provider as plug-ins bring them: `dns mock [<argument>]`. */
const mock = defineModule("dns.providers.mock", (line) => {
  const argument = line.argument()?.text;
  return argument === undefined ? {} : { argument };
});
/** A verifier of client certificates without options, as a plug-in could bring it. */
const dummy = defineModule("tls.client_auth.verifier.dummy", () => ({}));

const caddyfile = createCaddyfile({ modules: [mock, dummy] });

/** Places that differ from Caddy's, which points at the end of a block for what stands in it. */
const PLACES: Readonly<Record<string, number>> = { heredoc_missing_marker: 5 };

(present ? describe : describe.skip)("the shared case", () => {
  it.each(present ? names : ["(absent)"])("%s", (name) => {
    const content = readFileSync(join(folder, "caddyfile", name), "utf8");
    const [text = "", expected = ""] = content.split(/\n-{5,} *\n/);
    const options = optionsFor(expected);
    if (expected.trim().startsWith("{") || expected.trim() === "") {
      const document = JSON.parse(expected.trim() || "{}");
      expect(caddyfile.adapt(text, options).document).toEqual(document);
      expect(meaningOf(format(text), options)).toEqual(meaningOf(text, options));
      return;
    }
    const [, words = "", line] = /^(.*?)(?:, at \w+:(\d+))?$/s.exec(expected.trim()) ?? [];
    const refusal = refusalOf(() => caddyfile.adapt(text, options));
    expect(refusal.reason).toContain(words);
    const wanted = PLACES[name.replace(/\..*$/, "")] ?? (line === undefined ? 0 : Number(line));
    if (wanted > 0) expect(refusal.place.line).toBe(wanted);
  });
});
