import { describe, expect, it } from "@jest/globals";
import { staticIpSource } from "../../../../src/apps/http/ip-sources.js";
import { clientIp, remoteIp } from "../../../../src/apps/http/matchers/index.js";
import { alone } from "../../../support/alone.js";
import { asking } from "./asking.js";

const asked = asking({ remoteIp: "::ffff:10.0.0.1", clientIp: "203.0.113.9" });

describe("the address matchers", () => {
  it("tell the peer from the client", () => {
    expect(alone(remoteIp, { ranges: ["10.0.0.0/8"] }).match(asked)).toBe(true);
    expect(alone(clientIp, { ranges: ["10.0.0.0/8"] }).match(asked)).toBe(false);
    expect(alone(clientIp, { ranges: ["203.0.113.9"] }).match(asked)).toBe(true);
  });

  it("match nothing without ranges, or when the peer has no address", () => {
    expect(alone(remoteIp, {}).match(asked)).toBe(false);
    const unixSocket = asking({ remoteIp: "" });
    expect(alone(remoteIp, { ranges: ["0.0.0.0/0", "::/0"] }).match(unixSocket)).toBe(false);
  });

  it("refuse what is no range, and say where", () => {
    expect(() => alone(remoteIp, { ranges: ["::1", "10.0.0.0/40"] })).toThrow(
      '/ranges/1: "10.0.0.0/40" is not an IP address or range',
    );
  });

  it("fill ranges from the environment, and from nothing else", () => {
    const env = { OFFICE: "10.0.0.0/8" };
    expect(alone(remoteIp, { ranges: ["{env.OFFICE}"] }, { env }).match(asked)).toBe(true);
    expect(() => alone(remoteIp, { ranges: ["{http.request.host}"] })).toThrow("is not an IP");
  });
});

describe("the static source of IP ranges", () => {
  it("knows what is in it", () => {
    const source = alone(staticIpSource, { ranges: ["127.0.0.1/8", "::1"] });
    expect(source.contains("127.1.2.3")).toBe(true);
    expect(source.contains("::1")).toBe(true);
    expect(source.contains("10.0.0.1")).toBe(false);
  });
});
