// acme_server [<matcher>] {
//     ca <id>
//     lifetime <duration>
//     resolvers <address...>
//     challenges [<challenge...>]
//     allow_wildcard_names
//     allow|deny {
//         domains   <domain...>
//         ip_ranges <range...>
//     }
//     sign_with_root
// }

import type { JsonArray, JsonObject } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import { duration, type FieldReader, type FieldTable, flag, readFields, text } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";

/** Gives certificates of one's own authority to ACME clients. */
export const acmeServer = defineDirective("acme_server", (line) => {
  const match = line.matcher();
  line.expectEndOfLine();
  const fields = readFields(line, FIELDS, UNKNOWN);
  const handle = omitEmpty({ handler: "acme_server", ...fields });
  const { ca: authority } = fields;
  return typeof authority === "string" ? { match, handle, authority } : { match, handle };
});

const FIELDS: FieldTable = {
  ca: text("ca"),
  lifetime: duration("lifetime"),
  resolvers: readResolvers,
  challenges: more("challenges"),
  allow_wildcard_names: inPolicy("allow_wildcard_names", () => true),
  allow: inPolicy("allow", readRules),
  deny: inPolicy("deny", readRules),
  sign_with_root: flag("sign_with_root"),
};

const UNKNOWN = (name: string) => `unrecognized ACME server directive: ${name}`;

/** Which names get certificates, and which do not. */
const RULES: FieldTable = { domains: more("domains", 1), ip_ranges: more("ip_ranges", 1) };

function readRules(line: Line): JsonObject {
  const unknown = (name: string) => `unrecognized '${line.directive}' subdirective: ${name}`;
  return line.mark(readFields(line, RULES, unknown));
}

/** A part of the policy, beside those of the lines above. */
function inPolicy(key: string, read: (line: Line) => JsonObject | boolean): FieldReader {
  return (line, { policy = {} }) => ({ policy: { ...(policy as JsonObject), [key]: read(line) } });
}

function readResolvers(line: Line): JsonObject {
  if (line.count === 0) line.name.fail("must specify at least one resolver address");
  return { resolvers: line.remainingTexts() };
}

/** Texts that are added to those of the lines above. A line has so many at least. */
function more(key: string, least: 0 | 1 = 0): FieldReader {
  return (line, { [key]: before = [] }) => {
    if (line.count < least) line.wrongCount();
    return { [key]: [...(before as JsonArray), ...line.remainingTexts()] };
  };
}
