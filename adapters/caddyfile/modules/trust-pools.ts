// Which authorities are trusted: `trust_pool <name> …`, `tls_trust_pool <name> …`.

import { defineModule } from "../define.js";
import { flag, text } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";
import { defineSections, type ListReader, readSections, time } from "../sections.js";

const SOURCES = "tls.ca_pool.source";

// inline {
//     trust_der <base64_der_certs...>
// }
const inline = defineModule(`${SOURCES}.inline`, (line) => {
  line.expectEndOfLine();
  return pool(line, "trusted_ca_certs", "trust_der") ?? line.fail("no certificates specified");
});

// file [<pem_files...>] {
//     pem_file <pem_files...>
// }
const file = defineModule(
  `${SOURCES}.file`,
  (line) => pool(line, "pem_files", "pem_file") ?? line.fail("no certificates specified"),
);

// pki_root [<authorities...>] {
//     authority <authorities...>
// }
const pkiRoot = authoritiesPool("pki_root");

// pki_intermediate [<authorities...>] {
//     authority <authorities...>
// }
const pkiIntermediate = authoritiesPool("pki_intermediate");

const STORAGE = defineSections({
  "": {
    storage: (line, { storage }) => {
      if (storage !== undefined) line.name.fail("storage module already set");
      return { storage: line.inlineModule("caddy.storage", "module") };
    },
    keys: texts("pem_keys"),
  },
});

// storage [<keys...>] {
//     storage <storage> ...
//     keys    <keys...>
// }
const storage = defineModule(`${SOURCES}.storage`, (line) =>
  readSections(line.block(), STORAGE, {
    preset: { "": { pem_keys: [...line.remainingTexts()] } },
    refuse,
  }),
);

const HTTP = defineSections({
  "": {
    endpoints: {
      field: "endpoints",
      items: (line) => line.expectRemaining("a URL").map((token) => token.text),
    },
  },
});

const TLS = defineSections({
  "": {
    ca: (line) => ({ ca: line.inlineModule(SOURCES, "provider") }),
    insecure_skip_verify: flag("insecure_skip_verify"),
    handshake_timeout: time("handshake_timeout", "bad timeout value"),
    server_name: text("server_name"),
    renegotiation: (line) => ({ renegotiation: expectRenegotiation(line) }),
  },
});

// http [<urls...>] {
//     endpoints <urls...>
//     tls {
//         ca                   <pool> ...
//         insecure_skip_verify
//         handshake_timeout    <duration>
//         server_name          <name>
//         renegotiation        never|once|freely
//     }
// }
const http = defineModule(`${SOURCES}.http`, (line) => {
  const urls = line.remainingTexts();
  const lines = line.block();
  const [tls, second] = lines.filter(({ directive }) => directive === "tls");
  if (second !== undefined) second.name.fail("tls block already defined");
  const fields = readSections(
    lines.filter((inner) => inner !== tls),
    HTTP,
    { preset: { "": { endpoints: [...urls] } }, refuse },
  );
  if (tls === undefined) return fields;
  const settings = readSections(tls.block(), TLS, { refuse });
  tls.expectEnd();
  return { ...fields, tls: settings };
});

// system
const system = defineModule(`${SOURCES}.system`, (line) => {
  line.expectEndOfLine();
  for (const inner of line.block()) {
    inner.name.fail("system trust pool does not support any configuration");
  }
  return {};
});

// combined {
//     source <pool> ...
// }
const combined = defineModule(`${SOURCES}.combined`, (line) => {
  line.expectEndOfLine();
  const sources = line.block().map((inner) => {
    if (inner.directive !== "source") refuse(inner);
    const source = inner.inlineModule(SOURCES, "provider");
    inner.expectEnd();
    return source;
  });
  return sources.length > 0 ? { sources } : line.fail("no sources specified");
});

/** All standard pools. */
export const trustPools: readonly ModuleSyntax[] = [
  combined,
  file,
  http,
  inline,
  pkiIntermediate,
  pkiRoot,
  storage,
  system,
];

function authoritiesPool(name: string): ModuleSyntax {
  return defineModule(
    `${SOURCES}.${name}`,
    (line) => pool(line, "authority", "authority") ?? line.fail("no authorities specified"),
  );
}

/** What the arguments and the lines of a block list, under one field; undefined when nothing. */
function pool(line: Line, field: string, name: string) {
  const lines = defineSections({ "": { [name]: texts(field) } });
  const preset = { "": { [field]: [...line.remainingTexts()] } };
  const fields = readSections(line.block(), lines, { preset, refuse });
  return fields[field] === undefined ? undefined : omitEmpty(fields);
}

/** A line whose texts are added to those of the lines above. */
function texts(field: string): ListReader {
  return { field, items: (line) => line.remainingTexts() };
}

function expectRenegotiation(line: Line): string {
  const token = line.expectArgument("a level");
  if (["never", "once", "freely"].includes(token.text)) return token.text;
  return token.fail(`unrecognized renegotiation level: ${token.text}`);
}

function refuse(line: Line): never {
  return line.name.fail(`unrecognized directive: ${line.directive}`);
}
