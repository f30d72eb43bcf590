// Response matchers, by which some directives choose among the responses that come back to them.

import type { Json, JsonObject } from "../../../src/document/index.js";
import { append } from "../append.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import type { Token } from "../syntax/token.js";
import { readHeaders } from "./header.js";

// match|@<name> [status <code...>] | [header <field> [<value>]] {
//     status <code...>
//     header <field> [<value>]
// }
/** Read a line, `match …` or `@name …`, as the response matcher that its conditions make. */
export function readResponseMatcher(line: Line): JsonObject {
  const conditions = line.count > 0 ? [line.expectLine()] : line.block();
  const statuses: Json[] = [];
  const headers: Line[] = [];
  for (const condition of conditions) {
    if (condition.directive === "header") headers.push(condition);
    else if (condition.directive === "status") append(statuses, readStatuses(condition));
    else condition.name.fail(`unrecognized response matcher ${condition.directive}`);
  }
  return line.mark(omitEmpty({ status_code: statuses, headers: readHeaders(headers) }));
}

/** The response matchers that are defined among lines, each under its name with the `@`. */
export function collectResponseMatchers(lines: readonly Line[]): ReadonlyMap<string, JsonObject> {
  const matchers = new Map<string, JsonObject>();
  for (const line of lines) {
    const { directive: name } = line;
    if (!name.startsWith("@")) continue;
    if (matchers.has(name)) line.name.fail(`matcher is defined more than once: ${name}`);
    const matcher = readResponseMatcher(line);
    matchers.set(name, line.scope.run.budget.weigh(matcher, line.length));
  }
  return matchers;
}

/** Status codes; a whole class of them is its first digit. */
function readStatuses(line: Line): readonly number[] {
  const statuses = line.expectRemaining("a status code").map(readStatus);
  line.expectEnd();
  return statuses;
}

/** A status code; of a whole class, `2xx`, its first digit. */
export function readStatus(token: Token): number {
  const { text } = token;
  const digits = /^.xx$/s.test(text) ? text.charAt(0) : text;
  if (/^[+-]?\d+$/.test(digits)) return token.withText(digits).toInteger("status");
  return token.fail(`bad status value '${text}'`, 'write "404", or "4xx" for all of a class');
}
