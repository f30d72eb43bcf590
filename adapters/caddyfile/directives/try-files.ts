// try_files <files...> {
//     policy first_exist|first_exist_fallback|smallest_size|largest_size|most_recently_modified
// }

import type { Route } from "../contribution.js";
import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";

/** Rewrites the request to the first of the files that exists. */
export const tryFiles = defineDirective("try_files", (line) => {
  const files = line.expectRemaining("the files to try").map(({ text }) => text);
  const policy = readPolicy(line);
  const attempts = attemptsOf(files);
  const group = attempts.length > 1 ? { group: `group${line.scope.groups.next()}` } : {};
  return attempts.map((attempt) => ({ route: { ...group, ...routeFor(attempt, policy) } }));
});

/** Files that are tried together, as they are rewritten to with the same query. */
interface Attempt {
  readonly files: readonly string[];
  /** With its `?`; empty when the query of the request is to stay. */
  readonly query: string;
}

/** Neighbours without a query are tried together; a file with a query of its own alone. */
function attemptsOf(files: readonly string[]): readonly Attempt[] {
  const attempts: { readonly files: string[]; readonly query: string }[] = [];
  for (const text of files) {
    const [, file = "", query = ""] = /^([^?]*)(.*)$/s.exec(text) ?? [];
    const last = attempts.at(-1);
    if (query === "" && last?.query === "") last.files.push(file);
    else attempts.push({ files: [file], query });
  }
  return attempts;
}

function routeFor({ files, query }: Attempt, policy: string): Route {
  return {
    match: [{ file: omitEmpty({ try_files: files, try_policy: policy }) }],
    handle: [{ handler: "rewrite", uri: `{http.matchers.file.relative}${query}` }],
  };
}

const POLICIES: readonly string[] = [
  "first_exist",
  "first_exist_fallback",
  "largest_size",
  "smallest_size",
  "most_recently_modified",
];

function readPolicy(line: Line): string {
  let policy = "";
  for (const inner of line.block()) {
    if (inner.directive !== "policy") {
      inner.warn("is ignored: try_files knows nothing but 'policy'");
      continue;
    }
    if (policy !== "") inner.name.fail("try policy already configured");
    const token = inner.expectArgument("a policy");
    if (!POLICIES.includes(token.text)) token.fail(`unrecognized try policy: ${token.text}`);
    policy = token.text;
    inner.expectEnd();
  }
  return policy;
}
