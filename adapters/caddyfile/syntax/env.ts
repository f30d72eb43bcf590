// `{$NAME}` and `{$NAME:default}`, which are replaced before anything else is read, wherever they
// stand. What comes in is not looked through again. Lines stay those that the person wrote.

import { MAX_BYTES, ParseError } from "../../../src/document/index.js";
import { type Replacement, Source } from "./source.js";

/** The environment's variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A file's text, with the environment in the places that ask for it. */
export function readSource(file: string, written: string, env: Environment = {}): Source {
  if (written.length > MAX_BYTES) throw tooLarge(file);
  if (!written.includes("{$")) return new Source(file, written);

  const parts: string[] = [];
  const replacements: Replacement[] = [];
  let length = 0;
  let from = 0;
  for (const span of spansOf(written)) {
    const value = variable(written.slice(span.start + 2, span.end - 1), env);
    parts.push(written.slice(from, span.start), value);
    length += span.start - from;
    const writtenLength = span.end - span.start;
    replacements.push({
      at: length,
      length: value.length,
      writtenAt: span.start,
      writtenLength,
    });
    length += value.length;
    from = span.end;
    if (length > MAX_BYTES) throw tooLarge(file);
  }
  parts.push(written.slice(from));
  return new Source(file, written, parts.join(""), replacements);
}

/** Where the variables stand in a text; `{$}` is none. */
export function* spansOf(
  text: string,
): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = text.indexOf("{$"); start !== -1; ) {
    const close = text.indexOf("}", start + 2);
    if (close === -1) return;
    if (close > start + 2) yield { start, end: close + 1 };
    start = text.indexOf("{$", close + 1);
  }
}

/** A variable that is set but empty is empty; the default is for one that is not set. */
function variable(inside: string, env: Environment): string {
  const colon = inside.indexOf(":");
  const name = colon === -1 ? inside : inside.slice(0, colon);
  const found = Object.hasOwn(env, name) ? env[name] : undefined;
  return found ?? (colon === -1 ? "" : inside.slice(colon + 1));
}

function tooLarge(file: string): ParseError {
  return new ParseError(`is larger than ${MAX_BYTES} bytes`, { file });
}
