import { describe, expect, it } from "@jest/globals";
import { parseAddress, printAddress } from "../../../../adapters/caddyfile/syntax/address.js";
import {
  parseNetworkAddress,
  printNetworkAddress,
  splitNetworkAddress,
} from "../../../../adapters/caddyfile/syntax/network-address.js";
import type { Token } from "../../../../adapters/caddyfile/syntax/token.js";
import { refusalOf, tokensOf } from "../support.js";

const key = (text: string) => (tokensOf("x") as [Token])[0].withText(text);

describe("a site address", () => {
  it.each([
    ["example.com", "", "example.com", "", ""],
    ["https://Example.COM:8443/Path", "https", "example.com", "8443", "/Path"],
    ["*.example.com", "", "*.example.com", "", ""],
    [":80", "", "", "80", ""],
    [":", "", "", "", ""],
    ["localhost:", "", "localhost", "", ""],
    ["host/path/", "", "host", "", "/path/"],
    ["/path", "", "", "", "/path"],
    ["//x", "", "", "", "//x"],
    ["[::1]:1234", "", "::1", "1234", ""],
    ["[::1]", "", "::1", "", ""],
    ["::1", "", "::1", "", ""],
    ["[2001:DB8:0:0::1]", "", "2001:db8::1", "", ""],
    ["[fe80::1%Eth0]", "", "fe80::1%eth0", "", ""],
    ["::FFFF:cff4:e77d", "", "::ffff:cff4:e77d", "", ""],
    ["localhost::", "", "localhost::", "", ""],
    ["http://{env.HOST}:80/{env.PATH}", "http", "{env.HOST}", "80", "/{env.PATH}"],
    ["SUB.{env.HOST}.Com", "", "sub.{env.HOST}.com", "", ""],
    ["Sub.\\{env.HOST\\}", "", "sub.\\{env.host\\}", "", ""],
    [" example.com ", "", "example.com", "", ""],
    ["#$%@", "", "#$%@", "", ""],
  ])("%j is taken apart", (text, scheme, host, port, path) => {
    const original = text.trim();
    expect(parseAddress(key(text))).toEqual({ original, scheme, host, port, path });
  });

  it.each([
    [":70000", "port 70000 is out of range"],
    ["a:-1", "port -1 is out of range"],
    [":http", "invalid port 'http'"],
    ["a:https/path", "invalid port 'https'"],
  ])("%j is refused", (text, reason) => {
    expect(refusalOf(() => parseAddress(key(text))).reason).toContain(reason);
  });

  it.each([
    ["http://host:1234/path", "http://host:1234/path"],
    ["host", "http://host"],
    ["host:80", "http://host"],
    ["host:443", "https://host"],
    ["https://host:443", "https://host"],
    ["[::1]:8080", "http://[::1]:8080"],
    ["http://:1234", "http://:1234"],
    ["/path", ""],
  ])("%j is printed as a URL", (text, url) => {
    expect(printAddress(parseAddress(key(text)))).toBe(url);
  });
});

describe("a network address", () => {
  it.each([
    ["", "tcp", "", 0, 0, ":0"],
    [":80", "tcp", "", 80, 80, ":80"],
    ["localhost", "tcp", "localhost", 0, 0, "localhost:0"],
    ["UDP/localhost:80-90", "udp", "localhost", 80, 90, "udp/localhost:80-90"],
    ["[::1]:80", "tcp", "::1", 80, 80, "[::1]:80"],
    ["[::1]", "tcp", "::1", 0, 0, "[::1]:0"],
    ["::1", "tcp", "::1", 0, 0, "[::1]:0"],
    ["tcp6/:80", "tcp6", "", 80, 80, "tcp6/:80"],
    ["unix//run/a:1.sock", "unix", "/run/a:1.sock", 0, 0, "unix//run/a:1.sock"],
    ["unix//run/a.sock|0222", "unix", "/run/a.sock|0222", 0, 0, "unix//run/a.sock|0222"],
    ["fd/3", "fd", "3", 0, 0, "fd/3"],
    ["fdgram/{env.FD}", "fdgram", "{env.FD}", 0, 0, "fdgram/{env.FD}"],
  ])("%j is understood", (text, network, host, startPort, endPort, printed) => {
    const address = parseNetworkAddress(text, key(text));
    expect(address).toEqual({ network, host, startPort, endPort });
    expect(printNetworkAddress(address)).toBe(printed);
  });

  it("is taken apart without a look at its port", () => {
    expect(splitNetworkAddress("tcp/a:{port}", key("x"))).toEqual({
      network: "tcp",
      host: "a",
      port: "{port}",
    });
  });

  it.each([
    [":http", "invalid start port"],
    [":1-x", "invalid end port"],
    [":70000", "invalid start port"],
    [":20-10", "end port must not be less than start port"],
    ["unix//a|9", "could not parse octal permission bits in /a|9"],
    ["unix//a|0444", "owner of the socket requires '-w-'"],
    ["a]b:1", "invalid address"],
  ])("%j is refused", (text, reason) => {
    expect(refusalOf(() => parseNetworkAddress(text, key(text))).reason).toContain(reason);
  });
});
