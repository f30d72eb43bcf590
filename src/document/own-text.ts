// Texts that stand on their own.

/** Shorter pieces than this are copied by V8 itself. */
const CUT_FROM = 13;

/**
 * The same text, not as a piece of another one. V8 keeps the whole of what a piece was cut out of:
 * one word of a config file that stays in the document would keep that version of the file.
 */
export function ownText(text: string): string {
  if (text.length < CUT_FROM) return text;
  const joined = text.charAt(0) + text.slice(1);
  // Looking at a joined text is what makes V8 copy its parts together.
  joined.charCodeAt(0);
  return joined;
}
