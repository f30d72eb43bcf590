// Texts in a matcher's config that may hold placeholders. One without is made ready when the
// matcher is provisioned; one with is filled at each request.

import type { Exchange } from "../exchange.js";
import { compileTemplate, type Globals } from "../placeholders.js";

/** Whether a text found in a request is the one wanted. */
export type TextTest = (found: string, exchange: Exchange) => boolean;

/** Compile a wanted text with `compile`, which runs each time when there are placeholders. */
export function compileText(
  text: string,
  globals: Globals,
  compile: (wanted: string) => (found: string) => boolean,
): TextTest {
  const template = compileTemplate(text, globals, "empty");
  if (template.constant !== undefined) return compile(template.constant);
  return (found, exchange) => compile(template.fill(exchange))(found);
}

/** Exactly this text. */
export function exactly(wanted: string): (found: string) => boolean {
  return (found) => found === wanted;
}

/** This text, or `prefix*`, `*suffix`, `*substring*`. */
export function withStars(wanted: string): (found: string) => boolean {
  const leads = wanted.startsWith("*");
  const trails = wanted.endsWith("*");
  if (wanted === "*") return () => true;
  if (leads && trails) {
    const part = wanted.slice(1, -1);
    return (found) => found.includes(part);
  }
  if (leads) {
    const end = wanted.slice(1);
    return (found) => found.endsWith(end);
  }
  if (trails) {
    const begin = wanted.slice(0, -1);
    return (found) => found.startsWith(begin);
  }
  return exactly(wanted);
}
