// What a client says of itself in the scheme Basic (RFC 7617).

import { textOfBytes } from "../percent.js";

/** A name and a password. */
export interface Credentials {
  readonly user: string;
  readonly password: Buffer;
}

const BASIC = /^basic (.*)$/is;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const COLON = 0x3a;

/** The credentials in a field `Authorization`; undefined when there are none, or they are malformed. */
export function credentialsIn(field: string | undefined): Credentials | undefined {
  const encoded = BASIC.exec(field ?? "")?.[1];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  const colon = bytes?.indexOf(COLON) ?? -1;
  if (bytes === undefined || colon < 0) return undefined;
  const user = textOfBytes(bytes.toString("latin1", 0, colon));
  return { user, password: bytes.subarray(colon + 1) };
}

/** The bytes of base64 as it should be; undefined for anything else, which Node would guess at. */
export function fromBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}
