// Accounts as a config has them: names, and hashes as they are, in base64, or in files.

import type { Path } from "../../../document/index.js";
import type { Context } from "../../../engine/index.js";
import { type Static, Type } from "../../../schema/index.js";
import { type Exchange, HttpError } from "../exchange.js";
import { compileTemplate, type Template } from "../placeholders.js";
import { fromBase64 } from "./credentials.js";
import type { PasswordHash } from "./hashes.js";

/** The shape of an account. */
export const AccountConfig = Type.Object(
  {
    username: Type.String({ description: "The name." }),
    password: Type.String({
      description:
        "The hash of the password, as `graft hash-password` prints it, or that in base64. A " +
        "`{file.…}` is read at each request.",
    }),
  },
  {
    additionalProperties: false,
    description: "A user.",
    examples: [{ username: "sample", password: `$2a$04$${"sample".padEnd(53, ".")}` }],
  },
);

type Config = Static<typeof AccountConfig>;

/** An account, ready. */
export interface Account {
  readonly username: string;
  /** The hash of its password. Throws `HttpError` 500 when a file has none. */
  hash(exchange: Exchange): string;
}

/** Whether nothing can be wrong with accounts, and no placeholder stands in them. */
export function arePlain(configs: readonly Config[], algorithm: PasswordHash): boolean {
  const names = new Set(configs.map(({ username }) => username));
  const isText = (text: string) => text !== "" && !/[{}\\]/.test(text);
  return (
    names.size === configs.length &&
    configs.every(
      ({ username, password }) =>
        isText(username) && isText(password) && "hash" in read(password, algorithm),
    )
  );
}

/** The accounts by their names. */
export function compileAccounts(
  configs: readonly Config[],
  algorithm: PasswordHash,
  context: Context,
): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>();
  const tasks = configs.map(({ username: name, password }, i) => () => {
    const at = ["accounts", String(i)];
    const { constant: username } = compileTemplate(name, context, "empty");
    if (username === undefined) context.fail([...at, "username"], "must not depend on a request");
    if (username === "") context.fail([...at, "username"], "must not be empty");
    if (accounts.has(username)) context.fail([...at, "username"], `"${username}" stands twice`);
    const hash = compileHash(password, algorithm, context, [...at, "password"]);
    accounts.set(username, { username, hash });
  });
  context.all(tasks);
  return accounts;
}

/** A secret in a file may be renewed; nothing else that a request knows can be a password. */
const IN_FILE = /^\{file\.[^{}]+\}$/;

function compileHash(
  text: string,
  algorithm: PasswordHash,
  context: Context,
  at: Path,
): Account["hash"] {
  const template = compileTemplate(text, context, "empty");
  if (template.constant === undefined) {
    if (!IN_FILE.test(text)) context.fail(at, "must not depend on a request", 'or be "{file.…}"');
    return hashFromFile(template, algorithm);
  }
  const found = read(template.constant, algorithm);
  if ("fault" in found) return context.fail(at, found.fault, "graft hash-password makes one");
  const { hash } = found;
  return () => hash;
}

function hashFromFile(template: Template, algorithm: PasswordHash): Account["hash"] {
  return (exchange) => {
    const found = read(template.fill(exchange), algorithm);
    if ("fault" in found)
      throw new HttpError(500, `what the file of a password holds ${found.fault}`);
    return found.hash;
  };
}

/** A hash as it stands, or in base64, as older configs have it. */
function read(
  text: string,
  algorithm: PasswordHash,
): { readonly hash: string } | { readonly fault: string } {
  const hash = text.startsWith("$") ? text : fromBase64(text)?.toString("latin1").trim();
  const fault = hash === undefined ? "is neither a hash nor base64" : algorithm.fault(hash);
  return fault === undefined ? { hash: hash as string } : { fault };
}
