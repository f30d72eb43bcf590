// Byte ranges (RFC 9110, 14): which parts of a file were asked for, and the body that holds them.

import { randomUUID } from "node:crypto";

/** A part of a file. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** What a body is made of: bytes as they are, and parts of the file. */
export type Segment = Buffer | Span;

/** More ranges than this are no download manager's; the whole file is sent instead. */
const MAX_RANGES = 200;

/**
 * The parts that a Range field asks for. Undefined: send the whole file (another unit than bytes, an
 * empty file, too many ranges, or more bytes in them than in the file). "unsatisfiable": none is there.
 */
export function parseRanges(
  field: string,
  size: number,
): readonly Span[] | "unsatisfiable" | undefined {
  const unit = /^\s*bytes\s*=/i.exec(field);
  if (!unit || size === 0) return undefined;

  const texts = field.slice(unit[0].length).split(",");
  if (texts.length > MAX_RANGES) return undefined;
  const spans: Span[] = [];
  for (const text of texts) {
    if (text.trim() === "") continue;
    const span = parseSpan(text.trim(), size);
    if (span === undefined) return "unsatisfiable";
    if (span.length > 0) spans.push(span);
  }
  if (spans.length === 0) return "unsatisfiable";
  const total = spans.reduce((sum, span) => sum + span.length, 0);
  return total > size ? undefined : spans;
}

/** One range; of length 0 when it lies past the end, undefined when it is malformed. */
function parseSpan(text: string, size: number): Span | undefined {
  const [, first = "", last = ""] = /^(\d*)\s*-\s*(\d*)$/.exec(text) ?? [];
  if (first === "") {
    if (last === "") return undefined;
    const length = Math.min(Number(last), size);
    return { start: size - length, length };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Number(last);
  if (end < start && last !== "") return undefined;
  if (start >= size) return { start: size, length: 0 };
  return { start, length: Math.min(end, size - 1) - start + 1 };
}

/** `bytes 0-9/100`. */
export function contentRange({ start, length }: Span, size: number): string {
  return `bytes ${start}-${start + length - 1}/${size}`;
}

/** Several parts as one `multipart/byteranges` body. */
export function multipart(
  spans: readonly Span[],
  size: number,
  mediaType: string | undefined,
): { readonly contentType: string; readonly segments: readonly Segment[] } {
  const boundary = randomUUID();
  const type = mediaType === undefined ? "" : `Content-Type: ${mediaType}\r\n`;
  const segments = spans.flatMap((span, index): Segment[] => {
    const head = `--${boundary}\r\n${type}Content-Range: ${contentRange(span, size)}\r\n\r\n`;
    return [Buffer.from(index === 0 ? head : `\r\n${head}`, "latin1"), span];
  });
  segments.push(Buffer.from(`\r\n--${boundary}--\r\n`));
  return { contentType: `multipart/byteranges; boundary=${boundary}`, segments };
}
