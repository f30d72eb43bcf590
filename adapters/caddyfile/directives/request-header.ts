// request_header [<matcher>] [+|-]<field> [<value|regexp> [<replacement>]]

import { defineDirective } from "../define.js";
import { headerFields, headerOperation, refusalOf } from "./header-operations.js";

/** Changes a header field of the request. */
export const requestHeader = defineDirective("request_header", (line) => {
  const match = line.matcher();
  const field = line.expectArgument("a header field");
  const value = line.argument()?.text;
  const replacement = line.argument()?.text;
  // Many write the colon that ends the name in HTTP.
  const operation = headerOperation(field.text.replace(/:$/, ""), value, replacement);
  const refusal = refusalOf(operation);
  if (refusal !== undefined) field.fail(refusal);
  return { match, handle: { handler: "headers", request: headerFields([operation]) } };
});
