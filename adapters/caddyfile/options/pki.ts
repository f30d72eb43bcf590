// pki {
//     ca [<id>] {
//         name                  <name>
//         root_cn               <name>
//         intermediate_cn       <name>
//         intermediate_lifetime <duration>
//         maintenance_interval  <duration>
//         renewal_window_ratio  <ratio>
//         root|intermediate {
//             cert   <path>
//             key    <path>
//             format <format>
//         }
//     }
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineOption } from "../define.js";
import { duration, type FieldReader, type FieldTable, readFields, text } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import { DEFAULT_AUTHORITY } from "../tls/pki-app.js";

/** Certificate authorities of one's own. */
export const pki = defineOption("pki", (line) => {
  const authorities = new Map<string, JsonObject>();
  for (const inner of line.block()) {
    if (inner.directive !== "ca") inner.name.fail(`unrecognized pki option '${inner.directive}'`);
    const id = inner.argument()?.text || DEFAULT_AUTHORITY;
    authorities.set(id, inner.mark(readAuthority(inner)));
    inner.expectEnd();
  }
  return { authorities };
});

const AUTHORITY: FieldTable = {
  name: text("name"),
  root_cn: text("root_common_name"),
  intermediate_cn: text("intermediate_common_name"),
  intermediate_lifetime: duration("intermediate_lifetime"),
  maintenance_interval: duration("maintenance_interval"),
  renewal_window_ratio: (line) => ({ renewal_window_ratio: expectRatio(line) }),
  root: keyPair("root"),
  intermediate: keyPair("intermediate"),
};

function readAuthority(line: Line): JsonObject {
  const fields = readFields(line, AUTHORITY, (name) => `unrecognized pki ca option '${name}'`);
  return omitEmpty(fields, ["root", "intermediate"]);
}

const KEY_PAIR: FieldTable = {
  cert: text("certificate"),
  key: text("private_key"),
  format: text("format"),
};

function keyPair(field: string): FieldReader {
  return (line, before) => {
    const refusal = (name: string) => `unrecognized pki ca ${field} option '${name}'`;
    const earlier = before[field] as JsonObject | undefined;
    return { [field]: omitEmpty({ ...earlier, ...readFields(line, KEY_PAIR, refusal) }) };
  };
}

function expectRatio(line: Line): number {
  const token = line.expectArgument("a ratio, such as 0.2");
  const ratio = Number(token.text);
  if (ratio > 0 && ratio <= 1) return ratio;
  return token.fail(`renewal_window_ratio must be a number in (0, 1], got ${token.text}`);
}
