// What `encode` compresses with.

import { defineModule } from "../define.js";
import { type FieldTable, readFields } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Token } from "../syntax/token.js";

// gzip [<level>]
/** Compression that every client understands. */
export const gzip = defineModule("http.encoders.gzip", (line) =>
  omitEmpty({ level: line.argument()?.toInteger("level") }),
);

// zstd [<level>] {
//     level <level>
//     disable_checksum
// }
/** Compression that is faster than gzip and saves more. */
export const zstd = defineModule("http.encoders.zstd", (line) => {
  const inline = line.argument();
  const level = inline === undefined ? undefined : toLevel(inline);
  const fields: FieldTable = {
    level(inner, before) {
      if ((before.level ?? level) !== undefined) {
        inner.name.fail("compression level already specified");
      }
      return { level: toLevel(inner.expectArgument("a level")) };
    },
    disable_checksum(inner, before) {
      if (before.checksum !== undefined) inner.name.fail("checksum already specified");
      return { checksum: false };
    },
  };
  return omitEmpty({ level, ...readFields(line, fields, UNKNOWN) }, ["checksum"]);
});

const UNKNOWN = (name: string) => `unknown subdirective '${name}'`;

function toLevel(token: Token): string {
  if (/^(?:fastest|better|best|default)$/i.test(token.text)) return token.text;
  return token.fail(
    "unexpected compression level, use one of 'fastest', 'better', 'best', 'default'",
  );
}
