// The characters that mean something to the lexer and the formatter, by their codes.

export const TAB = 9;
export const NEWLINE = 10;
export const RETURN = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const LESS = 60;
export const BACKSLASH = 92;
export const BACKTICK = 96;
export const OPEN = 123;
export const CLOSE = 125;
export const BYTE_ORDER_MARK = 0xfeff;

/** White space as Go's `unicode.IsSpace` sees it, which is Unicode's property of that name. */
export function isSpace(code: number): boolean {
  if (code <= SPACE) return code === SPACE || (code >= 9 && code <= 13);
  if (code < 0x85) return false;
  return code === 0x85 || code === 0xa0 || (code >= 0x1680 && WIDE_SPACES.has(code));
}

const WIDE_SPACES: ReadonlySet<number> = new Set([
  0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
  0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
]);

/** Whether an ASCII character goes on a bare word as it is; all other characters are asked. */
const PLAIN: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  isSpace(code) || code === BACKSLASH ? 0 : 1,
);

/** Where the run of characters ends that a bare word is made of: at white space or a backslash. */
export function endOfPlain(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128 ? PLAIN[code] === 0 : isSpace(code)) return at;
  }
  return text.length;
}

/** What may follow the `<<` that opens a heredoc. */
export const HEREDOC_MARKER = /^[A-Za-z0-9_-]+$/;
