import { describe, expect, it } from "@jest/globals";
import {
  expandSegment,
  expandShorthands,
} from "../../../../adapters/caddyfile/syntax/shorthands.js";
import { tokensOf } from "../support.js";

describe("short names of placeholders", () => {
  it.each([
    ["{host}", "{http.request.host}"],
    ["{%path}{?query}", "{http.request.uri.path_escaped}{http.request.uri.prefixed_query}"],
    ["{orig_?query}", "{http.request.orig_uri.prefixed_query}"],
    ["a{uri}b{uri}", "a{http.request.uri}b{http.request.uri}"],
    ["{header.X-Y}", "{http.request.header.X-Y}"],
    ["{re.name.1}", "{http.regexp.name.1}"],
    ["{rp.status_code}", "{http.reverse_proxy.status_code}"],
    ["{rp.header.X}", "{http.reverse_proxy.header.X}"],
    ["{file}", "{http.request.uri.path.file}"],
    ["{file.base}", "{http.request.uri.path.file.base}"],
    ["{file_match.relative}", "{http.matchers.file.relative}"],
    ["{labels.1}", "{http.request.host.labels.1}"],
    ["{a {host}", "{a {http.request.host}"],
    ["{vars.}", "{http.vars.}"],
  ])("are made long: %s", (short, long) => {
    expect(expandShorthands(short)).toBe(long);
  });

  it.each(["{vars.a.b}", "{env.HOST}", "{hosts}", "{ host }", "{http.request.host}", "host", "{}"])(
    "are not found in %s",
    (text) => {
      expect(expandShorthands(text)).toBe(text);
    },
  );

  it("are made long in every token of a segment, which is else left as it is", () => {
    const segment = tokensOf('a {host} "{port}" {\n}');
    const texts = ["a", "{http.request.host}", "{http.request.port}", "{", "}"];
    expect(expandSegment(segment).map(({ text }) => text)).toEqual(texts);
    const plain = tokensOf("a b {\n}");
    expect(expandSegment(plain)).toBe(plain);
  });
});
