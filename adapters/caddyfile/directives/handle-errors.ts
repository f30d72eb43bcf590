// handle_errors [<codes...>] {
//     <directives...>
// }

import type { MatcherSet } from "../contribution.js";
import { defineDirective } from "../define.js";
import { readRoutes } from "../routes/read.js";
import { subroute } from "../routes/subroute.js";
import type { Token } from "../syntax/token.js";

/** Answers requests that failed: all of them, or those with certain status codes. */
export const handleErrors = defineDirective("handle_errors", (line) => {
  const match = readCodes(line.remaining());
  const handle = [line.mark(subroute(readRoutes(line)))];
  return { errorRoute: line.mark(match === undefined ? { handle } : { match: [match], handle }) };
});

const STATUS = "{http.error.status_code}";

/** What matches the codes: `404` is one of them, `4xx` all that begin with 4. */
function readCodes(tokens: readonly Token[]): MatcherSet | undefined {
  if (tokens.length === 0) return undefined;
  const classes: string[] = [];
  const single: string[] = [];
  for (const token of tokens) {
    const { text } = token;
    if (/^\dxx$/.test(text)) classes.push(rangeOf(text.charAt(0)));
    else if (/^(?:\d{3}|[+-]\d\d)$/.test(text)) single.push(text);
    else
      token.fail(`bad status value '${text}'`, 'write "404", or "4xx" for all that begin with 4');
  }
  const alternatives = single.length > 0 ? [`${STATUS} in [${single.join(", ")}]`] : [];
  return { expression: [...classes, ...alternatives].join(" || ") };
}

function rangeOf(digit: string): string {
  return `${STATUS} >= ${digit}00 && ${STATUS} <= ${digit}99`;
}
