// Who is let in, with real hashes. Theirs cost as little as they may.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../../../src/document/index.js";
import { type Serving, serving } from "../../../support/http.js";

/** "pw", as Caddy's `hash-password` made it. */
const BCRYPT = "$2a$04$uy44lCu6s5pFq/b96pAKX.nEkS48NzC7JmDZ4737cca0HhvBZIgxm";
const ARGON2ID =
  "$argon2id$v=19$m=64,t=1,p=1$eXoDF6q6K9YfKAMzI4Up2g$L7VvKMCqMXnH4T/WIP76HCmk9khynUjvh1NtABoffE0";

let site: Serving | undefined;
afterEach(() => site?.stop());

const account = (username: string, password = BCRYPT) => ({ username, password });
const basic = (provider: object) =>
  ({ handler: "authentication", providers: { http_basic: provider } }) as unknown as Json;
const greeting = { handler: "static_response", body: "hi {http.auth.user.id}" };

async function behind(provider: object, server: object = {}): Promise<Serving> {
  await site?.stop();
  site = await serving([{ handle: [basic(provider), greeting] }] as unknown as Json, {
    server: server as Json,
  });
  return site;
}

const field = (credentials: string | Buffer) => ({
  Authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
});
const asking = async (where: Serving, headers: Readonly<Record<string, string>> = {}) => {
  const { status, body } = await where.get("/", { headers });
  return `${status} ${body}`;
};

/** Why a config is refused. */
async function refusal(provider: object): Promise<unknown> {
  try {
    await behind(provider);
    return undefined;
  } catch (error) {
    return String((error as Error).message).replace(/.*http_basic/s, "");
  }
}

describe("who shows a right password", () => {
  it("is let in, and known by name", async () => {
    const where = await behind({ accounts: [account("ann"), account("bob")] });
    expect(await asking(where, field("bob:pw"))).toBe("200 hi bob");
  });

  it.each([
    ["by Argon2id", { hash: { algorithm: "argon2id" }, accounts: [account("ann", ARGON2ID)] }],
    ["by bcrypt", { hash: { algorithm: "bcrypt" }, accounts: [account("ann")] }],
    ["by the bcrypt of others", { accounts: [account("ann", BCRYPT.replace("2a", "2y"))] }],
    ["by the first bcrypt", { accounts: [account("ann", BCRYPT.replace("2a", "2"))] }],
    ["as base64", { accounts: [account("ann", Buffer.from(BCRYPT).toString("base64"))] }],
  ])("is let in where it is hashed %s, and with a wrong one is not", async (_, provider) => {
    const where = await behind(provider);
    expect(await asking(where, field("ann:pw"))).toBe("200 hi ann");
    expect(await asking(where, field("ann:pW"))).toBe("401 ");
  });

  it("is let in again and again, and refused again and again, where that is remembered", async () => {
    const where = await behind({ accounts: [account("ann")], hash_cache: {} });
    for (let i = 0; i < 3; i++) {
      expect(await asking(where, field("ann:pw"))).toBe("200 hi ann");
      expect(await asking(where, field("ann:no"))).toBe("401 ");
      expect(await asking(where, field("eve:pw"))).toBe("401 ");
    }
  });

  it("is refused as soon as the config has another", async () => {
    const where = await behind({ accounts: [account("ann")], hash_cache: {} });
    expect(await asking(where, field("ann:pw"))).toBe("200 hi ann");
    const other = basic({ accounts: [account("ann", BCRYPT.replace(/.$/, "."))], hash_cache: {} });
    await where.load([{ handle: [other, greeting] }] as unknown as Json);
    expect(await asking(where, field("ann:pw"))).toBe("401 ");
  });

  it("is let in by a hash in a file, also when that is renewed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "graft-auth-"));
    try {
      const file = join(folder, "hash");
      const where = await behind({ accounts: [account("ann", `{file.${file}}`)] });
      expect(await asking(where, field("ann:pw"))).toBe("500 ");
      writeFileSync(file, `${BCRYPT}\n`);
      expect(await asking(where, field("ann:pw"))).toBe("200 hi ann");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("who does not", () => {
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ["says nothing", {}],
    ["is not known", field("eve:pw")],
    ["is nobody", field(":")],
    ["has no password", field("ann:")],
    ["says no password", field("ann")],
    ["writes the name otherwise", field("Ann:pw")],
    ["has more behind the password", field("ann:pw\0")],
    ["has a name that is no UTF-8", field(Buffer.from([0xff, 0x3a, 0x70, 0x77]))],
    ["asks in another scheme", { Authorization: "Bearer YW5uOnB3" }],
    ["writes base64 without its end", { Authorization: "Basic YW5uOnB3IA" }],
    ["writes base64 for URLs", { Authorization: "Basic YW5uOn_-" }],
    ["writes no base64", { Authorization: "Basic !" }],
    ["says very much", field(`${"a".repeat(5000)}:${"b".repeat(5000)}`)],
  ])("is refused: %s", async (_, headers) => {
    const where = await behind({ accounts: [account("ann")] });
    const { status, headers: got } = await where.get("/", { headers });
    expect([status, got["www-authenticate"]]).toEqual([401, 'Basic realm="restricted"']);
  });

  it("is refused by way of the error routes, with the challenge", async () => {
    const body = "{http.error.status_code} {http.error.message} {http.auth.user.id}";
    const errors = { routes: [{ handle: [{ handler: "static_response", body }] }] };
    const where = await behind({ accounts: [account("ann")], realm: 'a"b\\c\r\nX: é' }, { errors });
    const { status, headers, body: got } = await where.get("/");
    expect([status, got]).toEqual([401, "401 not authenticated {http.auth.user.id}"]);
    const realm = Buffer.from(headers["www-authenticate"] ?? "", "latin1").toString();
    expect(realm).toBe('Basic realm="a\\"b\\\\c  X: é"');
  });

  it("is anybody, where there are no accounts, or no providers", async () => {
    const where = await behind({});
    expect(await asking(where, field("ann:pw"))).toBe("401 ");
    await where.load([{ handle: [{ handler: "authentication" }, greeting] }] as unknown as Json);
    expect(await asking(where, field("ann:pw"))).toBe("401 ");
  });
});

describe("accounts that can let in nobody", () => {
  const bad = (password: string, algorithm = "bcrypt") =>
    refusal({ hash: { algorithm }, accounts: [account("ann"), account("bob", password)].slice(1) });

  it.each([
    ["no hash", "pw", "bcrypt"],
    ["half a hash", BCRYPT.slice(0, -1), "bcrypt"],
    ["a cost that there is not", BCRYPT.replace("$04$", "$32$"), "bcrypt"],
    ["the hash of another algorithm", ARGON2ID, "bcrypt"],
    ["the hash of another algorithm", BCRYPT, "argon2id"],
    ["another version", ARGON2ID.replace("v=19", "v=16"), "argon2id"],
    ["no memory", ARGON2ID.replace(/m=\d+/, "m=7"), "argon2id"],
    ["all memory", ARGON2ID.replace(/m=\d+/, "m=4294967295"), "argon2id"],
    ["no time", ARGON2ID.replace(/t=\d+/, "t=0"), "argon2id"],
    ["no lanes", ARGON2ID.replace(/p=\d+/, "p=0"), "argon2id"],
    ["hardly any salt", ARGON2ID.replace(/(p=1\$)[^$]+/, "$1YWJj"), "argon2id"],
    ["what a client sends", "{http.request.header.X}", "bcrypt"],
    ["nothing", "{env.NO_SUCH}", "bcrypt"],
  ])("are refused: %s", async (_, password, algorithm) => {
    expect(await bad(password, algorithm)).toMatch(/^\/accounts\/0\/password: /);
  });

  it("are refused where two are the same, or one has no name", async () => {
    const twice = { accounts: [account("ann"), account("ann")] };
    expect(await refusal(twice)).toMatch(/^\/accounts\/1\/username: "ann" stands twice/);
    const nameless = { accounts: [account("{env.NO_SUCH}")] };
    expect(await refusal(nameless)).toMatch(/^\/accounts\/0\/username: must not be empty/);
  });
});

describe("how long a refusal takes", () => {
  it("is the time of one hash, whether the user is known or not", async () => {
    // Whoever is unknown is checked against an account: its hash is read, as the file is missed.
    const where = await behind({ accounts: [account("ann", "{file./no/such/file}")] });
    expect(await asking(where, field("ann:pw"))).toBe("500 ");
    expect(await asking(where, field("eve:pw"))).toBe("500 ");
    expect(await asking(where)).toBe("401 ");
  });
});
