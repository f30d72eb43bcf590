// Names of header fields. Their case means nothing in HTTP, but the document has them in one.

/**
 * A header field's name with each of its parts capitalized, `X-Forwarded-For`. A text that is no
 * name, as `{placeholder}`, stays what it is.
 */
export function canonicalHeader(name: string): string {
  if (CANONICAL.test(name)) return name;
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** Most names are written so. */
const CANONICAL = /^[A-Z][a-z\d]*(?:-[A-Z\d][a-z\d]*)*$/;
