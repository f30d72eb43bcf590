import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "@jest/globals";
import { atEnd, closeAll, proxyingTo, rawUpstream } from "./support.js";

afterEach(closeAll);

// For "upstream.test", signed by nobody, valid for a hundred years.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMiObRIJC8/fnbhIT
3e23c9W/BcDXIXNrtlFw1oYoTxahRANCAASvpBIWPkXXLqRc3kc132VPJqXkUsgG
CaoNxV8vYiWFsa5PtRBYORNLkIWvpHbcne9u78zXF4qZABEdbr4zM+dN
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBoDCCAUegAwIBAgIUP5BNUWMCrrXunXL/e8paf2RYxVswCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNdXBzdHJlYW0udGVzdDAgFw0yNjExMjEwMjE1NTFaGA8yMTI2
MTAyODAyMTU1MVowGDEWMBQGA1UEAwwNdXBzdHJlYW0udGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABK+kEhY+RdcupFzeRzXfZU8mpeRSyAYJqg3FXy9iJYWx
rk+1EFg5E0uQha+kdtyd727vzNcXipkAER1uvjMz502jbTBrMB0GA1UdDgQWBBT7
2ssqULB1FvC7tO3vO+20slvoazAfBgNVHSMEGDAWgBT72ssqULB1FvC7tO3vO+20
slvoazAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDXVwc3RyZWFtLnRlc3Qw
CgYIKoZIzj0EAwIDRwAwRAIgGqRx2EtzUlLTelu1Z3vQaQy8vrl+UKSvO0qPhX5Y
Yc8CIGJNDco+RpCpDUod3Nj4feDc6UC+PuhOFtbRsf0UfD5C
-----END CERTIFICATE-----`;

/** An upstream that tells the name it was asked for, and the Host field. */
async function secure(): Promise<string> {
  const server = createServer({ key, cert }, (request, response) => {
    const { servername } = request.socket as TLSSocket & { servername?: string };
    response.end(`${servername || "no name"} ${request.headers.host}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const over = (tls: object) => ({ transport: { protocol: "http", tls: { ...tls } } });

describe("an upstream that speaks TLS", () => {
  it("is not believed without a certificate that somebody trusted has signed", async () => {
    const { url } = await proxyingTo(await secure(), over({}));
    expect((await fetch(url)).status).toBe(502);
  });

  it("is believed anyway when the config says so, and is named in Host", async () => {
    const dial = await secure();
    const { url } = await proxyingTo(dial, over({ insecure_skip_verify: true }));
    expect(await (await fetch(url)).text()).toBe(`no name ${dial}`);
  });

  it("is asked for by the name in the config", async () => {
    const tls = { insecure_skip_verify: true, server_name: "upstream.test" };
    const { url } = await proxyingTo(await secure(), over(tls));
    expect(await (await fetch(url)).text()).toMatch(/^upstream.test /);
  });

  it("is a 502 when it does not speak TLS after all, or not in time", async () => {
    const plain = await rawUpstream((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect((await fetch((await proxyingTo(plain.dial, over({}))).url)).status).toBe(502);
    const mute = await rawUpstream(() => {});
    const config = { transport: { protocol: "http", tls: {}, dial_timeout: "50ms" } };
    expect((await fetch((await proxyingTo(mute.dial, config)).url)).status).toBe(502);
  });
});
