// Where a proxy gets its upstreams from while it serves: `dynamic <source> …`.

import type { JsonObject } from "../../../src/document/index.js";
import { defineModule } from "../define.js";
import type { FieldReader } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";
import { defineSections, readSections, type Sections, time } from "../sections.js";

const NAMESPACE = "http.reverse_proxy.upstreams";

// a [<name> [<port>]] {
//     name                <name>
//     port                <port>
//     refresh             <duration>
//     resolvers           <addresses...>
//     dial_timeout        <duration>
//     dial_fallback_delay <duration>
//     versions            ipv4|ipv6 ...
// }
const a = defineModule(`${NAMESPACE}.a`, (line) =>
  readSource(line, ADDRESSES, { name: line.argument()?.text, port: line.argument()?.text }),
);

// srv [<name>] {
//     service             <service>
//     proto               <protocol>
//     name                <name>
//     refresh             <duration>
//     resolvers           <addresses...>
//     dial_timeout        <duration>
//     dial_fallback_delay <duration>
//     grace_period        <duration>
// }
const srv = defineModule(`${NAMESPACE}.srv`, (line) =>
  readSource(line, SERVICES, { name: line.argument()?.text }),
);

// multi {
//     <source> [...]
// }
const multi = defineModule(`${NAMESPACE}.multi`, (line) => {
  const sources = line.block().map((inner) => {
    const { name, config } = inner.asModule(NAMESPACE);
    return inner.mark({ source: name, ...config });
  });
  return sources.length === 0 ? {} : { sources };
});

/** What all lookups in the DNS have. */
const LOOKUP = {
  dial_fallback_delay: time("dial_fallback_delay", "bad delay value"),
  dial_timeout: time("dial_timeout", "bad timeout value"),
  refresh: time("refresh", "parsing refresh interval duration: invalid duration"),
};

const RESOLVER = { resolvers: readResolvers };

const ADDRESSES = defineSections({
  "": { ...LOOKUP, name: once("name", "a name"), port: once("port", "a port") },
  resolver: RESOLVER,
  versions: { versions: readVersions },
});

const SERVICES = defineSections({
  "": {
    ...LOOKUP,
    grace_period: time("grace_period", "bad grace period value"),
    name: once("name", "srv name"),
    proto: once("proto", "srv proto"),
    service: once("service", "srv service"),
  },
  resolver: RESOLVER,
});

function readSource(
  line: Line,
  options: Sections,
  inline: Readonly<Record<string, string | undefined>>,
): JsonObject {
  return readSections(line.block(), options, {
    preset: { "": omitEmpty(inline) },
    refuse: (inner) =>
      inner.name.fail(`unrecognized ${line.directive} option '${inner.directive}'`),
  });
}

/** A text that may be given in one place only. */
function once(field: string, what: string): FieldReader {
  return (line, before) => {
    const token = line.expectArgument(what);
    if (before[field] !== undefined) token.fail(`${what} has already been specified`);
    return { [field]: token.text };
  };
}

/** Take the addresses of the servers to ask, in place of the system's. */
export function readResolvers(line: Line): JsonObject {
  if (line.count === 0) line.fail("must specify at least one resolver address");
  return { addresses: line.remainingTexts() };
}

function readVersions(line: Line): JsonObject {
  if (line.count === 0) line.fail("must specify at least one version");
  const versions: Record<string, boolean> = {};
  for (const token of line.remaining()) {
    if (token.text !== "ipv4" && token.text !== "ipv6") {
      token.fail(`unsupported version: '${token.text}'`, 'write "ipv4", "ipv6" or both');
    }
    versions[token.text] = true;
  }
  return versions;
}

/** All standard sources. */
export const upstreamSources: readonly ModuleSyntax[] = [a, multi, srv];
