// Who the client is, by what proxies in between have said.

import { describe, expect, it } from "@jest/globals";
import { createIpSet, parseRange } from "../../../src/apps/http/cidr.js";
import { clientIpReader } from "../../../src/apps/http/client-ip.js";
import { asking } from "./matchers/asking.js";

const ranges = ["10.0.0.0/8", "2001:db8:1::/48"].map((text) => parseRange(text));
const trusted = createIpSet(ranges.filter((range) => range !== undefined));
const headers = ["X-Forwarded-For"];

/** The client as a server tells it whose peer is a proxy. */
function clientOf(forwarded: string, strict: boolean): string {
  const asked = { remoteIp: "10.0.0.1", headers: ["X-Forwarded-For", forwarded] };
  return clientIpReader({ trusted, unix: false, headers, strict })(asking(asked));
}

describe("the client behind a trusted proxy", () => {
  it.each([
    ["192.0.2.7, 10.0.0.2", "192.0.2.7"],
    ["192.0.2.7:80", "192.0.2.7"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["[2001:db8:0:0:0:0:0:1]:443", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["unknown, ::FFFF:192.0.2.7", "192.0.2.7"],
    ["unknown", "10.0.0.1"],
  ])("said to be %s is %s, in its usual spelling", (forwarded, client) => {
    expect(clientOf(forwarded, false)).toBe(client);
    expect(clientOf(forwarded, true)).toBe(client);
  });

  it("is the last that is no trusted proxy, if read strictly", () => {
    const forwarded = "192.0.2.1, 2001:DB8:2::7, 2001:DB8:1::1%eth0, 10.0.0.2";
    expect(clientOf(forwarded, true)).toBe("2001:db8:2::7");
    expect(clientOf(forwarded, false)).toBe("192.0.2.1");
  });
});
