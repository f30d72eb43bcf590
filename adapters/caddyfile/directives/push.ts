// push [<matcher>] [<resource>] {
//     [GET|HEAD] <resource>
//     headers {
//         [+|-]<field> [<value|regexp> [<replacement>]]
//     }
// }

import type { JsonObject } from "../../../src/document/index.js";
import { append } from "../append.js";
import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import {
  type HeaderOperation,
  headerFields,
  headerOperation,
  refusalOf,
} from "./header-operations.js";

/** Sends resources before they are asked for. */
export const push = defineDirective("push", (line) => {
  const match = line.matcher();
  const target = line.argument()?.text;
  line.ignoreArguments();
  const resources = target === undefined ? [] : [omitEmpty({ target })];
  const operations: HeaderOperation[] = [];
  for (const inner of line.block()) {
    if (inner.directive === "headers") append(operations, readHeaders(inner));
    else append(resources, readResources(inner));
    inner.expectEnd();
  }
  return {
    match,
    handle: omitEmpty({ handler: "push", resources, headers: headerFields(operations) }),
  };
});

/** The resources of a line: to Caddy, each argument is one, and a method is for the next. */
function readResources(line: Line): readonly JsonObject[] {
  const resources: JsonObject[] = [];
  let method = "";
  for (const { text } of [line.name, ...line.remaining()]) {
    if (method === "" && (text === "GET" || text === "HEAD")) {
      method = text;
      continue;
    }
    resources.push(line.mark(omitEmpty({ method, target: text })));
    method = "";
  }
  if (method !== "") line.wrongCount("expected a resource");
  return resources;
}

function readHeaders(line: Line): readonly HeaderOperation[] {
  line.expectEndOfLine();
  return line.block().map((inner) => {
    const value = inner.argument()?.text;
    const operation = headerOperation(inner.directive, value, inner.argument()?.text);
    const refusal = refusalOf(operation);
    if (refusal !== undefined) inner.name.fail(refusal);
    inner.expectEnd();
    return operation;
  });
}
