// path_regexp [<name>] <pattern>

import { defineMatcher } from "../define.js";
import { refuseBlock } from "./plain.js";
import { regexpOf } from "./regexp.js";

/** Matches the path of a request by a regular expression. */
export const pathRegexp = defineMatcher("path_regexp", ([line, second], set) => {
  second?.name.fail("regular expression can only be used once per named matcher");
  const name = line.count > 1 ? line.expectArgument().text : "";
  const pattern = line.expectArgument("a regular expression").text;
  line.expectEndOfLine();
  refuseBlock(line);
  return regexpOf(name, pattern, set);
});
