import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { multipart, parseRanges } from "../../../../src/apps/http/fileserver/ranges.js";

describe("a Range field", () => {
  it.each([
    ["bytes=0-0", [{ start: 0, length: 1 }]],
    ["bytes=2-", [{ start: 2, length: 8 }]],
    ["bytes=-3", [{ start: 7, length: 3 }]],
    ["bytes=-30", [{ start: 0, length: 10 }]],
    ["bytes=5-99", [{ start: 5, length: 5 }]],
    [
      "Bytes = 1-2, ,4-5",
      [
        { start: 1, length: 2 },
        { start: 4, length: 2 },
      ],
    ],
    ["bytes=0-1,50-60", [{ start: 0, length: 2 }]],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=", "unsatisfiable"],
    ["bytes=-", "unsatisfiable"],
    ["bytes=3-2", "unsatisfiable"],
    ["bytes=a-b", "unsatisfiable"],
    ["bytes=--1", "unsatisfiable"],
    ["bytes=1-2;3", "unsatisfiable"],
    [`bytes=${"9".repeat(400)}-`, "unsatisfiable"],
    ["lines=1-2", undefined],
    ["bytes=0-,0-", undefined],
    [`bytes=${"0-0,".repeat(300)}`, undefined],
  ])("%s of ten bytes", (field, expected) => {
    expect(parseRanges(field, 10)).toEqual(expected);
  });

  it("is ignored for an empty file", () => {
    expect(parseRanges("bytes=0-0", 0)).toBeUndefined();
  });

  it("never reaches outside of the file, nor asks for more than is in it", () => {
    const number = fc.oneof(fc.nat(30).map(String), fc.constant(""), fc.constant("x"));
    const range = fc.tuple(number, number).map(([first, last]) => `${first}-${last}`);
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), fc.nat(20), (ranges, size) => {
        const spans = parseRanges(`bytes=${ranges.join(",")}`, size);
        if (typeof spans !== "object") return;
        for (const { start, length } of spans) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(length).toBeGreaterThan(0);
          expect(start + length).toBeLessThanOrEqual(size);
        }
        expect(spans.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(size);
      }),
    );
  });

  it("of several parts makes a body that names each of them", () => {
    const spans = [
      { start: 0, length: 2 },
      { start: 5, length: 1 },
    ];
    const { contentType, segments } = multipart(spans, 10, "text/plain");
    const boundary = contentType.replace("multipart/byteranges; boundary=", "");
    const text = segments.map((segment) => (Buffer.isBuffer(segment) ? segment.toString() : "…"));
    expect(text.join("")).toBe(
      `--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n…` +
        `\r\n--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes 5-5/10\r\n\r\n…` +
        `\r\n--${boundary}--\r\n`,
    );
  });
});
