// forward_auth [<matcher>] [<upstreams...>] {
//     uri          <uri>
//     copy_headers <field>[><new field>]... | {
//         <field>[><new field>]...
//     }
//
//     and everything that reverse_proxy has
// }

import type { JsonObject } from "../../../src/document/index.js";
import { compare } from "../compare.js";
import type { Route } from "../contribution.js";
import { defineDirective } from "../define.js";
import { canonicalHeader } from "../header-name.js";
import { objectOf } from "../json.js";
import type { Line } from "../line.js";
import { type HeaderOperation, headerOperation } from "./header-operations.js";
import { readReverseProxy } from "./reverse-proxy/read.js";

/**
 * Asks another server whether a request is allowed. When the answer is good, the request goes on
 * with some of its headers; any other answer is the client's.
 */
export const forwardAuth = defineDirective("forward_auth", (line) => {
  const match = line.matcher();
  const lines = line.block();
  const of = (name: string) => lines.filter(({ directive }) => directive === name);
  const uri = readUri(of("uri"), line);
  const copied = readCopied(of("copy_headers"));
  const block = lines.filter(
    ({ directive }) => directive !== "uri" && directive !== "copy_headers",
  );
  const handle = readReverseProxy(line, {
    block,
    headerUp: ORIGINAL,
    // Asked with GET, the other server does not take the body, which the site is to have.
    rewrite: { method: "GET", uri },
    handleResponse: [goodResponse(copied)],
  });
  return { match, handle };
});

/** What was asked for, which the rewritten request does not say. */
const ORIGINAL: readonly HeaderOperation[] = [
  headerOperation("X-Forwarded-Method", "{http.request.method}"),
  headerOperation("X-Forwarded-Uri", "{http.request.uri}"),
];

// uri <uri>
function readUri([line, again]: readonly Line[], directive: Line): string {
  if (line === undefined) {
    return directive.name.fail(
      "the 'uri' subdirective is required",
      'it is the path that is asked for, as "uri /api/verify"',
    );
  }
  const uri = line.expectArgument("a URI").text;
  line.expectEnd();
  const second = again?.expectArgument("a URI");
  second?.fail(`cannot re-declare uri: ${second.text}`);
  return uri;
}

/** New names of header fields by those that they have in the answer. */
type Copied = ReadonlyMap<string, string>;

// copy_headers <field>[><new field>]... | { ... }
function readCopied(lines: readonly Line[]): Copied {
  const copied = new Map<string, string>();
  for (const line of lines) {
    const inBlock = line.block().flatMap((inner) => [inner.name, ...inner.remaining()]);
    const fields = [...line.remaining(), ...inBlock];
    for (const { text } of fields) {
      const [from = "", to = from] = text.split(">");
      copied.set(from, to);
    }
    if (copied.size === 0) line.wrongCount("expected the fields to copy");
  }
  return copied;
}

/** What follows a good answer. Even without fields it needs a route, or it would be the client's. */
function goodResponse(copied: Copied): JsonObject {
  const nothing = { handle: [{ handler: "vars" }] };
  const fields = [...copied].sort(([one], [other]) => compare(one, other));
  const routes = [nothing, ...fields.flatMap(([from, to]) => copyField(from, to))];
  return { match: { status_code: [2] }, routes };
}

/** The field that came with the request goes first, so that no client sets it in the answer's stead. */
function copyField(from: string, to: string): readonly Route[] {
  const value = `{http.reverse_proxy.header.${canonicalHeader(from)}}`;
  const field = canonicalHeader(to);
  return [
    { handle: [{ handler: "headers", request: { delete: [field] } }] },
    {
      match: [{ not: [{ vars: { [value]: [""] } }] }],
      // The names are names: a sign in front is a part of one.
      handle: [{ handler: "headers", request: { set: objectOf([[field, [value]]]) } }],
    },
  ];
}
