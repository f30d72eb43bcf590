// The `expression` matcher: a condition in CEL.

import type { Context } from "../../../../engine/index.js";
import { type Static, Type } from "../../../../schema/index.js";
import { HttpError } from "../../http-error.js";
import { defineMatcher, type Matcher } from "../../module.js";
import { compileExpression, type Written } from "./compile.js";
import { compilePlain, type Evaluate, readPlain } from "./plain.js";

const Expression = Type.Union(
  [
    Type.String({ description: "The expression.", examples: ['{http.request.method} == "GET"'] }),
    Type.Object(
      {
        expr: Type.String({
          description: "The expression.",
          examples: ['path("/a/*") && {http.request.method} != "PUT"'],
        }),
        name: Type.Optional(
          Type.String({
            pattern: "^$|\\w",
            description: "A name for what regular expressions in it capture.",
          }),
        ),
      },
      { additionalProperties: false, description: "An expression with a name." },
    ),
  ],
  { description: "A condition in CEL; placeholders and matchers may stand in it." },
);

/** Matches when an expression is true. */
export const expression = defineMatcher({
  name: "expression",
  stateless: true,
  summary: "Matches when an expression in CEL is true.",
  schema: Expression,

  glance: (config) => (readPlain(writtenIn(config).text) === undefined ? undefined : {}),
  provision: (config, context) => matching(compile(writtenIn(config), context)),
});

function writtenIn(config: Static<typeof Expression>): Written {
  if (typeof config === "string") return { text: config, name: "", at: [] };
  return { text: config.expr, name: config.name ?? "", at: ["expr"] };
}

function compile(written: Written, context: Context): Evaluate {
  const plain = readPlain(written.text);
  return plain ? compilePlain(plain, context) : compileExpression(written, context);
}

/** An expression that has no answer is an error of the request, not a route that is passed by. */
function matching(evaluate: Evaluate): Matcher {
  return {
    match(exchange) {
      const verdict = evaluate(exchange);
      if (typeof verdict === "boolean") return verdict;
      throw new HttpError(500, `evaluating the expression: ${verdict}`);
    },
  };
}
