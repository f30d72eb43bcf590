// expression <cel...>

import { defineMatcher } from "../define.js";
import { warnOfRest } from "./plain.js";

/**
 * Matches when an expression in CEL is true. One word, as in quotes, is taken with the name of its
 * set; several words are taken with their quotes, which belong to the expression.
 */
export const expression = defineMatcher("expression", (lines, set) => {
  const [line] = lines;
  warnOfRest(lines, "only the first expression counts; join them with &&");
  for (const ignored of lines.slice(1)) ignored.remaining();
  const words = line.expectRemaining("an expression");
  const [only] = words;
  if (words.length > 1 || only === undefined) return words.map((word) => word.raw).join(" ");
  return set === "" ? only.text : { expr: only.text, name: set };
});
