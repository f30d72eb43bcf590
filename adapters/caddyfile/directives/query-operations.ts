// What `uri query` does to the parameters of a query string.

import type { JsonObject } from "../../../src/document/index.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";

/** One operation, and in which list of the document it stands. */
interface Operation {
  readonly list: "rename" | "set" | "add" | "replace" | "delete";
  readonly item: JsonObject | string;
}

/** Read the operation on the line, or those in the block: one of them, not both. */
export function readQueryOperations(line: Line): JsonObject {
  if (line.count > 3) {
    line.remaining();
    line.wrongCount();
  }
  const operations = linesOf(line).map((inner) => {
    const operation = readOperation(inner);
    inner.expectEnd();
    return operation;
  });
  const itemsOf = (list: Operation["list"]) =>
    operations.filter((operation) => operation.list === list).map(({ item }) => item);
  return omitEmpty({
    rename: itemsOf("rename"),
    set: itemsOf("set"),
    add: itemsOf("add"),
    replace: itemsOf("replace"),
    delete: itemsOf("delete"),
  });
}

function linesOf(line: Line): readonly Line[] {
  if (line.count === 0) return line.block();
  const only = line.expectLine();
  const [first] = only.block();
  first?.name.fail("Cannot specify uri query rewrites in both argument and block");
  return [only];
}

// -<parameter>
// +<parameter> <value>
// <parameter>><new name>
// <parameter> <regexp> <replacement>
// <parameter> <value>
function readOperation(line: Line): Operation {
  const { directive: key } = line;
  if (key.startsWith("-")) return { list: "delete", item: key.replace(/^-+/, "") };
  if (key.startsWith("+")) return { list: "add", item: withValue(key.replace(/^\++/, ""), line) };
  if (key.includes(">")) {
    const [from = "", to = ""] = key.split(">");
    return { list: "rename", item: omitEmpty({ key: from, val: to }) };
  }
  if (line.count !== 2) return { list: "set", item: withValue(key, line) };
  const [search = "", replace = ""] = line.remainingTexts();
  return { list: "replace", item: omitEmpty({ key, search_regexp: search, replace }) };
}

function withValue(key: string, line: Line): JsonObject {
  return omitEmpty({ key, val: line.expectArgument("a value").text });
}
