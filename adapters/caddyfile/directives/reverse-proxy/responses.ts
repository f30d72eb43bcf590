// What becomes of the responses that come back: each is for the first handler that matches it, and
// those that match all come last.

import type { JsonObject } from "../../../../src/document/index.js";
import { omitEmpty } from "../../json.js";
import type { Line } from "../../line.js";
import { collectResponseMatchers } from "../../matchers/response-matcher.js";
import { readRoutes } from "../../routes/read.js";
import { statusOf } from "../answer.js";

type Matchers = ReadonlyMap<string, JsonObject>;

/** Read the `replace_status` and `handle_response` lines of a block. `preset` comes before them. */
export function readResponses(
  block: readonly Line[],
  preset: readonly JsonObject[],
): readonly JsonObject[] {
  if (block.length + preset.length === 0) return [];
  const matchers = collectResponseMatchers(block);
  const of = (name: string) => block.filter(({ directive }) => directive === name);
  const handlers = [
    ...preset,
    ...of("replace_status").map((line) => readStatus(line, matchers)),
    ...of("handle_response").map((line) => readHandler(line, matchers)),
  ];
  return [
    ...handlers.filter(({ match }) => match !== undefined),
    ...handlers.filter(({ match }) => match === undefined),
  ];
}

// replace_status [<matcher>] <status>
function readStatus(line: Line, matchers: Matchers): JsonObject {
  if (line.count !== 1 && line.count !== 2) {
    line.fail(
      "must have one or two arguments: an optional response matcher, and a status code",
      'write "replace_status @name 404"',
    );
  }
  const match = line.count === 2 ? matcherOf(line, matchers) : {};
  const status = statusOf(line.expectArgument("a status").text);
  if (line.hasBlock) {
    line.fail("cannot define routes for 'replace_status', use 'handle_response' instead.");
  }
  return line.mark({ ...match, ...omitEmpty({ status_code: status }, ["status_code"]) });
}

// handle_response [<matcher>] {
//     <directives...>
// }
function readHandler(line: Line, matchers: Matchers): JsonObject {
  if (line.count > 1) {
    const found = line.remainingTexts().join(" ");
    line.fail(
      `too many arguments for 'handle_response': only a single response matcher name is allowed, but got: [${found}]`,
      'write "@name header Foo" above, and "handle_response @name"',
    );
  }
  const match = line.count === 0 ? {} : matcherOf(line, matchers);
  const handler = { ...match, ...omitEmpty({ routes: readRoutes(line) }) };
  line.expectEnd();
  return line.mark(handler);
}

function matcherOf(line: Line, matchers: Matchers): { readonly match: JsonObject } {
  const token = line.expectArgument("a response matcher");
  const { text } = token;
  if (!text.startsWith("@")) {
    token.fail("must use a named response matcher, starting with '@'", `write "@${text}"`);
  }
  const match = matchers.get(text);
  if (match === undefined) {
    return token.fail(`no named response matcher defined with name '${text.slice(1)}'`);
  }
  line.scope.run.budget.use(match, token);
  return { match };
}
