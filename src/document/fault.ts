// Where a text stops being a document. `JSON.parse` is quick but often keeps the place to itself;
// this is asked only after it, or the bounds, refused a text, and finds what they met.

/** Ends of the steps that a text can take: what may come next. */
type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const LITERAL = /^(?:true|false|null|-?\d.*)$/;

/**
 * The offset of the first token that cannot stand where it stands, nests deeper than `maxDepth`, or
 * is a number out of range; the end of the text when there is none. What is wrong inside a string
 * or a number is not looked for: for those, `JSON.parse` tells the place.
 */
export function faultOf(text: string, maxDepth: number): number {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = skipSpace(text, 0);
  for (; at < text.length; at = skipSpace(text, at)) {
    const token = text[at] as string;
    if (open.length === 0 && expected === "comma or end") return at;
    if (!fits(token, expected, open)) return at;
    if (token === "}" || token === "]") open.pop();
    else if (token === "{" || token === "[") {
      if (open.length >= maxDepth) return at;
      open.push(token);
    }
    const end = endOf(text, at);
    if (isScalar(token) && !isReadable(text.slice(at, end))) return at;
    expected = following(token, expected, open);
    at = end;
  }
  return text.length;
}

/**
 * The offset of the first bracket that opens more than `maxDepth` levels; the end of the text when
 * there is none. It is asked of every text, so it looks at nothing but brackets and quotes.
 */
export function endOfDepth(text: string, maxDepth: number): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at + 1) - 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > maxDepth) return at;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
  }
  return text.length;
}

function fits(token: string, expected: Expected, open: readonly string[]): boolean {
  const closes = token === (open.at(-1) === "{" ? "}" : "]");
  switch (expected) {
    case "colon":
      return token === ":";
    case "key":
      return token === '"';
    case "key or end":
      return token === '"' || closes;
    case "comma or end":
      return token === "," || closes;
    case "value or end":
      return closes || !"}]:,".includes(token);
    case "value":
      return !"}]:,".includes(token);
  }
}

function following(token: string, met: Expected, open: readonly string[]): Expected {
  if (token === ":") return "value";
  if (token === ",") return open.at(-1) === "{" ? "key" : "value";
  if (token === "{") return "key or end";
  if (token === "[") return "value or end";
  return met === "key" || (met === "key or end" && token === '"') ? "colon" : "comma or end";
}

function endOf(text: string, at: number): number {
  if (text[at] === '"') return endOfString(text, at + 1);
  let end = at + 1;
  if (isScalar(text[at] as string)) while (end < text.length && isScalarPart(text, end)) end++;
  return end;
}

function endOfString(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    at += code === BACKSLASH ? 2 : 1;
  }
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && " \t\n\r".includes(text[at] as string)) at++;
  return at;
}

function isScalar(token: string): boolean {
  return !'{}[]:,"'.includes(token);
}

function isScalarPart(text: string, at: number): boolean {
  return !' \t\n\r{}[]:,"'.includes(text[at] as string);
}

function isReadable(scalar: string): boolean {
  if (!LITERAL.test(scalar)) return false;
  return "tfn".includes(scalar[0] as string) || Number.isFinite(Number(scalar));
}
