import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { Exchange } from "../../../src/apps/http/exchange.js";
import { tlsMeaning } from "../../../src/apps/http/placeholders/tls.js";
import { placeholderValue } from "../../../src/apps/http/placeholders.js";
import { loneContext } from "../../support/alone.js";
import { serverView } from "../../support/server-view.js";

// Made for this test and used nowhere else; the client shows the same certificate as the server.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguXymd77SK+Qfh0tl
rFovBbA8KfTVh0KJNVgZ9qd+vdyhRANCAASyn3Ug3bPApO8dIlHhMevF/5OJUmIP
X9ivUzxH/p+3RwniAYuOVKX82C9L2bAPWfHdCM7cZV6ZE75e3eKmouGf
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIB5TCCAYqgAwIBAgIUVKnmGqeXXFtZftV6iWjzPdiFlI4wCgYIKoZIzj0EAwIw
MTELMAkGA1UEBhMCREUxDDAKBgNVBAoMA09yZzEUMBIGA1UEAwwLY2xpZW50LnRl
c3QwIBcNMjYxMTIxMDE0NDUzWhgPMjEyNjEwMjgwMTQ0NTNaMDExCzAJBgNVBAYT
AkRFMQwwCgYDVQQKDANPcmcxFDASBgNVBAMMC2NsaWVudC50ZXN0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEsp91IN2zwKTvHSJR4THrxf+TiVJiD1/Yr1M8R/6f
t0cJ4gGLjlSl/NgvS9mwD1nx3QjO3GVemRO+Xt3ipqLhn6N+MHwwHQYDVR0OBBYE
FPBMAkso++MZJ1S05vV95wPOHoqCMB8GA1UdIwQYMBaAFPBMAkso++MZJ1S05vV9
5wPOHoqCMA8GA1UdEwEB/wQFMAMBAf8wKQYDVR0RBCIwIIIGYS50ZXN0ggZiLnRl
c3SHBH8AAAGBCHhAYS50ZXN0MAoGCCqGSM49BAMCA0kAMEYCIQD/3uEt4VtvZqfs
iC0HyiAGDkwCcyqrZOGy7TzwWUQWFwIhAIJ52GDE0MVvkiTluagNeQ+ggpaTuZCC
tlno2aQgUICU
-----END CERTIFICATE-----`;

/** The value of a placeholder on a connection, with or without a client's certificate. */
async function overTls(name: string, client: { key?: string; cert?: string }) {
  let value: string | undefined;
  const server = createServer(
    { key, cert, requestCert: true, rejectUnauthorized: false },
    (incoming, outgoing) => {
      const exchange = new Exchange(serverView, incoming, outgoing);
      value = placeholderValue(`http.request.tls.${name}`, exchange, loneContext());
      outgoing.end();
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const to = { host: "127.0.0.1", port, servername: "site.test", agent: false as const };
    request({ ...client, ...to, rejectUnauthorized: false }, (answer) => {
      answer.resume().on("end", resolve);
    })
      .on("error", reject)
      .end();
  });
  server.close();
  return value;
}

describe("a placeholder of an encrypted connection", () => {
  it.each([
    ["version", "tls1.3"],
    ["cipher_suite", "TLS_AES_256_GCM_SHA384"],
    ["resumed", "false"],
    ["server_name", "site.test"],
    ["client.subject", "CN=client.test,O=Org,C=DE"],
    ["client.san.dns_names", "[a.test b.test]"],
    ["client.san.dns_names.1", "b.test"],
    ["client.san.dns_names.2", ""],
    ["client.san.ips.0", "127.0.0.1"],
    ["client.san.emails.0", "x@a.test"],
    ["client.nonsense", undefined],
  ])("%s is %j", async (name, expected) => {
    expect(await overTls(name, { key, cert })).toBe(expected);
  });

  it("identifies the client by hexadecimal hashes", async () => {
    expect(await overTls("client.fingerprint", { key, cert })).toMatch(/^[0-9a-f]{64}$/);
    expect(await overTls("client.public_key", { key, cert })).toMatch(/^04[0-9a-f]{128}$/);
  });

  it("is empty, not unknown, for a client without a certificate", async () => {
    expect(await overTls("client.fingerprint", {})).toBe("");
  });

  it("does not take a name with commas in it for several", () => {
    const forged = { subjectAltName: 'DNS:"a, DNS:evil.test, b", DNS:c.test' };
    const socket = { encrypted: true, getPeerX509Certificate: () => forged };
    const read = tlsMeaning("client.san.dns_names.1");
    const exchange = { isTls: true, request: { socket } } as unknown as Exchange;
    expect(typeof read === "function" && read(exchange)).toBe("c.test");
  });
});
