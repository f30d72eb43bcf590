// The hashes that passwords are kept as. Both take their time on purpose, so they are computed on
// threads of Node's pool; the packages that do it are loaded when the first password is checked.

import type { Definition, Life } from "../../../engine/index.js";
import { defineModule } from "../../../engine/index.js";
import { Type } from "../../../schema/index.js";

/** The namespace of the algorithms. */
export const HASHES = "http.authentication.hashes";

/** An algorithm. */
export interface PasswordHash extends Life {
  /** What is wrong with a hash that stands in a config; undefined when it is one. */
  fault(hash: string): string | undefined;
  /** Whether a password has this hash. */
  verify(hash: string, password: Buffer): Promise<boolean>;
}

const BCRYPT = /^\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** What accounts have unless a config says otherwise. */
export const bcryptHash: PasswordHash = {
  fault(hash) {
    const cost = Number(BCRYPT.exec(hash)?.[1]);
    return cost >= 4 && cost <= 31 ? undefined : "is not a bcrypt hash";
  },
  async verify(hash, password) {
    const { verify } = await import("@node-rs/bcrypt");
    // The letter tells of bugs that implementations once had; what they meant to do is the same.
    return verify(password, hash.replace(/^\$2[axy]?\$/, "$2b$"));
  },
};

const ARGON2ID =
  /^\$argon2id\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** How much memory one check may take (KiB); RFC 9106 recommends as much at the most. */
const MAX_KIB = 2 ** 21;
/** What the algorithm needs at the least (RFC 9106, 3.1), in characters of base64. */
const MIN_SALT = 11;
const MIN_KEY = 6;

const argon2idHash: PasswordHash = {
  fault(hash) {
    const [, kib, times, lanes, salt = "", key = ""] = ARGON2ID.exec(hash) ?? [];
    if (kib === undefined) return "is not an argon2id hash of version 19";
    const [m, t, p] = [Number(kib), Number(times), Number(lanes)];
    if (p < 1 || p > 255) return `p must be 1 to 255, found ${p}`;
    if (t < 1 || t >= 2 ** 32) return `t must be 1 to 2^32 - 1, found ${t}`;
    if (m < 8 * p || m > MAX_KIB) return `m must be ${8 * p} to ${MAX_KIB}, found ${m}`;
    return salt.length < MIN_SALT || key.length < MIN_KEY
      ? "its salt or key is too short"
      : undefined;
  },
  async verify(hash, password) {
    const { verify } = await import("@node-rs/argon2");
    return verify(hash, password);
  },
};

const hashModule = (
  name: string,
  summary: string,
  hash: PasswordHash,
): Definition<object, PasswordHash, PasswordHash> =>
  defineModule({
    id: `${HASHES}.${name}`,
    stateless: true,
    summary,
    schema: Type.Object({}, { additionalProperties: false }),
    outline: () => hash,
    glance: () => hash,
    provision: () => ({ ...hash }),
  });

/** Hashes by bcrypt: `$2a$14$…`. */
export const bcrypt = hashModule("bcrypt", "Passwords are kept as hashes of bcrypt.", bcryptHash);

/** Hashes by Argon2id: `$argon2id$v=19$m=47104,t=1,p=1$…`. */
export const argon2id = hashModule(
  "argon2id",
  "Passwords are kept as hashes of Argon2id.",
  argon2idHash,
);
