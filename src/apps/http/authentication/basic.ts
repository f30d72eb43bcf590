// `http_basic`: users and hashes of their passwords, asked for by the scheme Basic. How long a refusal
// takes must not tell whether there is such a user, so the password of one that there is not is
// checked as well, against the hash of somebody else.

import type { JsonObject } from "../../../document/index.js";
import { type Definition, defineModule } from "../../../engine/index.js";
import { InlineModule, type Static, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { encodeField } from "../field-text.js";
import { type Account, AccountConfig, arePlain, compileAccounts } from "./accounts.js";
import { type Authenticator, PROVIDERS, type User } from "./authentication.js";
import { PasswordChecks } from "./checks.js";
import { credentialsIn } from "./credentials.js";
import { bcryptHash, HASHES, type PasswordHash } from "./hashes.js";

/** All checks of a process are kept in one place. */
const CHECKS = "http.password_checks";
const ALL = "all";

const Hash = InlineModule(HASHES, "algorithm", "How passwords are hashed. Default: bcrypt.");

const schema = Type.Object(
  {
    hash: Type.Optional(Type.Unsafe<JsonObject>({ ...Hash, examples: [{ algorithm: "bcrypt" }] })),
    accounts: Type.Optional(Type.Array(AccountConfig, { description: "Who is let in." })),
    realm: Type.Optional(
      Type.String({ description: "What browsers call the place. Default: restricted." }),
    ),
    hash_cache: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: false,
          description: "Remember which passwords were right, and the latest that were wrong.",
        },
      ),
    ),
  },
  { additionalProperties: false },
);

type Config = Static<typeof schema>;

/** Knows users by their passwords. */
export const httpBasic: Definition<Config, Authenticator, true> = defineModule({
  id: `${PROVIDERS}.http_basic`,
  stateless: true,
  summary: "Knows users by their passwords, which clients send in the scheme Basic.",
  schema,
  glance: ({ hash, accounts = [] }: Config, parts): true | undefined => {
    const told = hash ? parts.inline(HASHES, "algorithm", hash, ["hash"]) : bcryptHash;
    if (typeof told !== "object" || !arePlain(accounts, told as PasswordHash)) return undefined;
    parts.keep(CHECKS, ALL);
    return true;
  },
  provision(config, context): Authenticator {
    const { hash, accounts = [], realm, hash_cache } = config;
    const algorithm =
      hash === undefined
        ? bcryptHash
        : context.inline<PasswordHash>(HASHES, "algorithm", hash, ["hash"]);
    const challenge = challengeOf(realm || "restricted");
    const known = compileAccounts(accounts, algorithm, context);
    const checks = context.keep(CHECKS, ALL, () => new PasswordChecks());
    const remember = hash_cache !== undefined;
    return basicAuthenticator({ challenge, known, algorithm, remember, checks });
  },
});

interface Parts {
  readonly challenge: string;
  readonly known: ReadonlyMap<string, Account>;
  readonly algorithm: PasswordHash;
  readonly remember: boolean;
  readonly checks: () => PasswordChecks;
}

function basicAuthenticator({
  challenge,
  known,
  algorithm,
  remember,
  checks,
}: Parts): Authenticator {
  const all = [...known.values()];
  return {
    challenge,
    authenticate(exchange: Exchange): User | undefined | Promise<User | undefined> {
      const given = credentialsIn(exchange.headers.get("authorization"));
      if (given === undefined || all.length === 0) return undefined;
      const { user, password } = given;
      const account = known.get(user);
      const shown = account && { id: account.username };
      const against = account ?? (all[checks().choose(user, all.length)] as Account);
      const hash = against.hash(exchange);
      const { verify } = algorithm;
      const isRight = checks().check({ hash, user, password, remember, verify }, exchange);
      if (typeof isRight === "boolean") return isRight ? shown : undefined;
      return isRight.then((outcome) => (outcome ? shown : undefined));
    },
  };
}

function challengeOf(realm: string): string {
  return encodeField(`Basic realm="${realm.replace(/["\\]/g, "\\$&")}"`);
}
