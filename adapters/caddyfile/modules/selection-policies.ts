// How a proxy chooses among its upstreams: `lb_policy <policy> …`.

import type { JsonObject } from "../../../src/document/index.js";
import { defineModule } from "../define.js";
import { omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";
import { defineSections, expectCount, readSections, toCount } from "../sections.js";
import type { Token } from "../syntax/token.js";
import { parseDuration } from "../values.js";

const NAMESPACE = "http.reverse_proxy.selection_policies";

/** The policies of which there is nothing to say but the name. */
const plain = [
  "client_ip_hash",
  "first",
  "ip_hash",
  "least_conn",
  "random",
  "round_robin",
  "uri_hash",
].map((name) => defineModule(`${NAMESPACE}.${name}`, () => ({})));

// cookie [<name> [<secret>]] {
//     fallback <policy> [...]
//     max_age  <duration>
// }
const cookie = defineModule(`${NAMESPACE}.cookie`, (line) => {
  const name = line.argument()?.text;
  const secret = line.argument()?.text;
  return { ...omitEmpty({ name, secret }), ...readOptions(line, COOKIE) };
});

// header <field> {
//     fallback <policy> [...]
// }
const header = defineModule(`${NAMESPACE}.header`, (line) => {
  const field = line.expectArgument("a header field").text;
  line.ignoreArguments();
  return { ...omitEmpty({ field }), ...readOptions(line, FALLBACK) };
});

// query <key> {
//     fallback <policy> [...]
// }
const query = defineModule(`${NAMESPACE}.query`, (line) => {
  const key = line.expectArgument("a key").text;
  line.ignoreArguments();
  return { ...omitEmpty({ key }), ...readOptions(line, FALLBACK) };
});

// random_choose <count>
const randomChoose = defineModule(`${NAMESPACE}.random_choose`, (line) => {
  const choose = expectCount(line, "invalid choice value");
  line.ignoreArguments();
  return omitEmpty({ choose });
});

// weighted_round_robin <weights...>
const weightedRoundRobin = defineModule(`${NAMESPACE}.weighted_round_robin`, (line) => {
  return { weights: line.expectRemaining("a weight").map(toWeight) };
});

const FALLBACK = defineSections({ "": { fallback: readFallback } });

const COOKIE = defineSections({ "": { fallback: readFallback, max_age: readMaxAge } });

function readOptions(line: Line, options: typeof COOKIE): JsonObject {
  return readSections(line.block(), options, {
    refuse: (inner) => inner.name.fail(`unrecognized option '${inner.directive}'`),
  });
}

function readFallback(line: Line, { fallback }: JsonObject): JsonObject {
  if (fallback !== undefined) line.fail("fallback selection policy already specified");
  return { fallback: line.inlineModule(NAMESPACE, "policy") };
}

function readMaxAge(line: Line, { max_age }: JsonObject): JsonObject {
  const token = line.expectArgument("a duration");
  if (max_age !== undefined) token.fail("cookie max_age already specified");
  const age = parseDuration(token.text);
  if (age === undefined) return token.fail(`invalid duration: ${token.text}`, 'write "24h"');
  if (age > 0) return { max_age: age };
  return token.fail(
    `invalid duration: ${token.text}, max_age should be non-zero and positive`,
    'write "24h"',
  );
}

function toWeight(token: Token): number {
  const weight = toCount(token, "invalid weight value");
  if (weight >= 0) return weight;
  return token.fail(`invalid weight value '${token.text}': weight should be non-negative`);
}

/** All standard policies. */
export const selectionPolicies: readonly ModuleSyntax[] = [
  ...plain,
  cookie,
  header,
  query,
  randomChoose,
  weightedRoundRobin,
];
