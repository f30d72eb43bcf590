// What the `filter` encoder does to a field: `<field> <filter> …`.

import type { JsonObject } from "../../../src/document/index.js";
import { defineModule } from "../define.js";
import { adding, type FieldTable, integer, readFields } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";
import { expectOperation } from "../logging/operations.js";

// delete
const deleteFilter = defineModule("caddy.logging.encoders.filter.delete", takeNothing);

// hash
const hash = defineModule("caddy.logging.encoders.filter.hash", takeNothing);

function takeNothing(line: Line): JsonObject {
  line.ignoreArguments();
  return {};
}

// rename [<name>]
const rename = defineModule("caddy.logging.encoders.filter.rename", (line) => {
  const name = line.argument()?.text;
  line.ignoreArguments();
  return omitEmpty({ name });
});

// replace [<value>]
const replace = defineModule("caddy.logging.encoders.filter.replace", (line) => {
  const value = line.argument()?.text;
  line.ignoreArguments();
  return omitEmpty({ value });
});

// ip_mask [<ipv4> [<ipv6>]] {
//     ipv4 <bits>
//     ipv6 <bits>
// }
const ipMask = defineModule("caddy.logging.encoders.filter.ip_mask", (line) => {
  const ipv4 = line.argument()?.toInteger("IPv4 mask");
  const ipv6 = line.argument()?.toInteger("IPv6 mask");
  if (line.count > 0) line.expectArgument().fail("too many arguments");
  return omitEmpty({ ipv4_cidr: ipv4, ipv6_cidr: ipv6, ...readFields(line, MASKS) });
});

const MASKS: FieldTable = {
  ipv4: integer("ipv4_cidr", "IPv4 mask"),
  ipv6: integer("ipv6_cidr", "IPv6 mask"),
};

// query {
//     replace <parameter> <value>
//     hash    <parameter>
//     delete  <parameter>
// }
const query = defineModule("caddy.logging.encoders.filter.query", (line) =>
  readActions(line, "parameter"),
);

// cookie|set_cookie {
//     replace <cookie> <value>
//     hash    <cookie>
//     delete  <cookie>
// }
const cookie = defineModule("caddy.logging.encoders.filter.cookie", (line) =>
  readActions(line, "name"),
);
const setCookie = defineModule("caddy.logging.encoders.filter.set_cookie", (line) =>
  readActions(line, "name"),
);

/** Actions on values that have names. `key` is what the document calls such a name. */
function readActions(line: Line, key: "name" | "parameter"): JsonObject {
  const action = adding("actions", (inner) => [
    { type: inner.directive, [key]: inner.expectArgument(`a ${key}`).text },
  ]);
  const replacement = adding("actions", (inner) => {
    const name = inner.expectArgument(`a ${key}`).text;
    const value = inner.expectArgument("a value").text;
    return [{ type: inner.directive, [key]: name, ...omitEmpty({ value }) }];
  });
  line.ignoreArguments();
  const table: FieldTable = { replace: replacement, hash: action, delete: action };
  return { actions: null, ...readFields(line, table) };
}

// regexp [<pattern> [<replacement>]]
const regexp = defineModule("caddy.logging.encoders.filter.regexp", (line) => {
  const pattern = line.argument()?.text;
  const value = line.argument()?.text;
  line.ignoreArguments();
  return omitEmpty({ regexp: pattern, value });
});

// multi_regexp {
//     regexp <pattern> <replacement>
// }
const multiRegexp = defineModule("caddy.logging.encoders.filter.multi_regexp", (line) => {
  line.ignoreArguments();
  const fields = readFields(line, OPERATIONS);
  if (fields.operations !== undefined) return fields;
  return line.fail("multi_regexp filter requires at least one regexp operation");
});

const OPERATIONS: FieldTable = {
  regexp: adding("operations", (line, known) => [readOperation(line, known.length)]),
};

function readOperation(line: Line, index: number): JsonObject {
  const pattern = line.expectArgument("a regular expression");
  const value = line.expectArgument("a replacement").text;
  const operation = omitEmpty({ regexp: pattern.text, value });
  expectOperation(pattern, operation, index);
  return operation;
}

/** The filters of log fields. */
export const logFilters: readonly ModuleSyntax[] = [
  cookie,
  deleteFilter,
  hash,
  ipMask,
  multiRegexp,
  query,
  regexp,
  rename,
  replace,
  setCookie,
];
