// `http.request.tls.*`: the connection's encryption and the client's certificate. On a plain
// connection none of these names is known.

import { createHash, type X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Meaning, Read } from "./read.js";

type OfSocket = (socket: TLSSocket) => string;

const SOCKET: ReadonlyMap<string, OfSocket> = new Map<string, OfSocket>([
  ["version", versionOf],
  ["cipher_suite", (socket) => socket.getCipher()?.standardName ?? ""],
  ["resumed", (socket) => String(socket.isSessionReused())],
  ["proto", (socket) => socket.alpnProtocol || ""],
  ["proto_mutual", () => "true"],
  ["server_name", (socket) => nameOf(socket)],
  ["ech", () => "false"],
]);

const CERTIFICATE: ReadonlyMap<string, (cert: X509Certificate) => string> = new Map([
  ["client.fingerprint", (cert) => sha256(cert.raw)],
  ["client.public_key", (cert) => publicKeyBytes(cert).toString("hex")],
  ["client.public_key_sha256", (cert) => sha256(publicKeyBytes(cert))],
  ["client.issuer", (cert) => distinguishedName(cert.issuer)],
  ["client.subject", (cert) => distinguishedName(cert.subject)],
  ["client.serial", (cert) => BigInt(`0x${cert.serialNumber}`).toString()],
  ["client.certificate_pem", (cert) => cert.toString()],
  ["client.certificate_der_base64", (cert) => cert.raw.toString("base64")],
]);

/** The kinds of subject alternative names, and how a certificate's text introduces them. */
const SAN_KINDS: Readonly<Record<string, string>> = {
  dns_names: "DNS",
  emails: "email",
  ips: "IP Address",
  uris: "URI",
};

const ALTERNATIVE_NAME = /([^:]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy;

/** What a name after `http.request.tls.` means. */
export function tlsMeaning(rest: string): Meaning {
  const field = rest.toLowerCase();
  const ofSocket = SOCKET.get(field);
  if (ofSocket !== undefined) return onTls(ofSocket);
  const ofCertificate = CERTIFICATE.get(field) ?? alternativeName(field);
  return ofCertificate && onTls((socket) => ofClient(socket, ofCertificate));
}

/** `TLSv1.3` as `tls1.3`. */
function versionOf(socket: TLSSocket): string {
  const version = socket.getProtocol() ?? "";
  return version === "TLSv1" ? "tls1.0" : version.replace("TLSv", "tls");
}

function onTls(read: (socket: TLSSocket) => string): Read {
  return ({ isTls, request }) => (isTls ? read(request.socket as TLSSocket) : undefined);
}

/** Empty, rather than unknown, for a client without a certificate. */
function ofClient(socket: TLSSocket, read: (cert: X509Certificate) => string): string {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? "" : read(certificate);
}

/** The name the client asked for; node has it as `false` when it asked for none. */
function nameOf(socket: TLSSocket): string {
  const { servername } = socket as { readonly servername?: string | false };
  return servername || "";
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The key without the wrapping that names its algorithm. */
function publicKeyBytes({ publicKey }: X509Certificate): Buffer {
  if (publicKey.asymmetricKeyType === "rsa") {
    return publicKey.export({ type: "pkcs1", format: "der" });
  }
  const { x = "", y } = publicKey.export({ format: "jwk" });
  const point = [x, y ?? ""].map((part) => Buffer.from(part, "base64url"));
  return Buffer.concat(y === undefined ? point : [Buffer.of(4), ...point]);
}

/** Node's lines, `C=DE` first, as RFC 2253 has it: `CN=a.com,O=A,C=DE`. */
function distinguishedName(lines: string): string {
  return lines.split("\n").reverse().join(",");
}

function alternativeName(field: string): ((cert: X509Certificate) => string) | undefined {
  const parts = /^client\.san\.(dns_names|emails|ips|uris)(?:\.(\d{1,9}))?$/.exec(field);
  if (parts === null) return undefined;
  const [, kind = "", index] = parts;
  return (cert) => {
    const names = alternativeNames(cert, SAN_KINDS[kind] ?? "");
    return index === undefined ? `[${names.join(" ")}]` : (names[Number(index)] ?? "");
  };
}

/** Node quotes a name that holds a comma, so that it cannot pass for two. */
function alternativeNames({ subjectAltName = "" }: X509Certificate, kind: string): string[] {
  const names: string[] = [];
  for (const [, of, name = ""] of subjectAltName.matchAll(ALTERNATIVE_NAME)) {
    if (of === kind) names.push(name.startsWith('"') ? String(JSON.parse(name)) : name);
  }
  return names;
}
