import { describe, expect, it } from "@jest/globals";
import { parseHttpDate, printHttpDate } from "../../../../src/apps/http/fileserver/httpdate.js";
import { applicableRange, evaluate } from "../../../../src/apps/http/fileserver/preconditions.js";
import { HeaderMap } from "../../../../src/apps/http/headers.js";

const modified = parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT") as number;
const at = { etag: '"abc"', modified };
const same = printHttpDate(modified);
const before = printHttpDate(modified - 1);
const after = printHttpDate(modified + 1);

describe("the conditions of a request", () => {
  it.each([
    [[], "send"],
    [["If-Match", '"abc"'], "send"],
    [["If-Match", '"x", "abc"'], "send"],
    [["If-Match", '"x"', "If-Match", '"abc"'], "send"],
    [["If-Match", "*"], "send"],
    [["If-Match", 'W/"abc"'], "failed"],
    [["If-Match", '"x"'], "failed"],
    [["If-Match", "abc"], "failed"],
    [["If-Unmodified-Since", same], "send"],
    [["If-Unmodified-Since", before], "failed"],
    [["If-Unmodified-Since", "yesterday"], "send"],
    [["If-Match", '"abc"', "If-Unmodified-Since", before], "send"],
    [["If-None-Match", '"abc"'], "not modified"],
    [["If-None-Match", 'W/"abc"'], "not modified"],
    [["If-None-Match", '"a,b" , "abc"'], "not modified"],
    [["If-None-Match", "*"], "not modified"],
    [["If-None-Match", '"x"'], "send"],
    [["If-None-Match", '"x"', "If-Modified-Since", same], "send"],
    [["If-Modified-Since", same], "not modified"],
    [["If-Modified-Since", after], "not modified"],
    [["If-Modified-Since", before], "send"],
    [["If-Modified-Since", "1"], "send"],
    [["If-Match", '"x"', "If-None-Match", '"abc"'], "failed"],
  ])("%j come to %p", (fields, verdict) => {
    expect(evaluate(HeaderMap.fromRaw(fields), at)).toBe(verdict);
  });

  it("hold nothing against a file without validators", () => {
    const none = { etag: undefined, modified: undefined };
    const asked = ["If-Modified-Since", after, "If-Unmodified-Since", before];
    expect(evaluate(HeaderMap.fromRaw(asked), none)).toBe("send");
  });

  it.each([
    [[], "bytes=0-"],
    [["If-Range", '"abc"'], "bytes=0-"],
    [["If-Range", 'W/"abc"'], undefined],
    [["If-Range", '"x"'], undefined],
    [["If-Range", same], "bytes=0-"],
    [["If-Range", after], undefined],
    [["If-Range", "junk"], undefined],
  ])("%j leave of the range %p", (fields, range) => {
    const asked = HeaderMap.fromRaw(["Range", "bytes=0-", ...fields]);
    expect(applicableRange(asked, at)).toBe(range);
  });
});

describe("an HTTP date", () => {
  it("is understood in all three forms", () => {
    expect(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT")).toBe(modified);
    expect(parseHttpDate("Sun Nov  6 08:49:37 1994")).toBe(modified);
    expect(printHttpDate(modified)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  });

  it.each(["", "1", "2024-01-01", "Sun, 06 Xyz 1994 08:49:37 GMT"])("is not %j", (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });
});
