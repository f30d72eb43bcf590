import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { argon2id, bcrypt } from "../../src/apps/http/authentication/hashes.js";
import { loneContext } from "../support/alone.js";
import { Sandbox } from "./sandbox.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await Sandbox.open();
});
afterAll(() => sandbox.close());

const CHEAP = ["--bcrypt-cost", "4"];
const hash = (args: readonly string[], input?: string) =>
  sandbox.run(["hash-password", ...args], input);

/** Whether a server would let somebody in with this password. */
async function opens(printed: string, password: string, algorithm = bcrypt): Promise<boolean> {
  const text = printed.trimEnd();
  const { fault, verify } = algorithm.provision({}, loneContext());
  expect(fault(text)).toBeUndefined();
  return verify(text, Buffer.from(password));
}

describe("graft hash-password", () => {
  it("prints a hash by bcrypt, as Caddy writes it", async () => {
    const { code, stdout } = await hash(["--plaintext", "pässword", ...CHEAP]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\$2a\$04\$.{53}\n$/)]);
    expect(await opens(stdout, "pässword")).toBe(true);
    expect(await opens(stdout, "password")).toBe(false);
  });

  it("prints one by Argon2id, with the parameters that are named", async () => {
    const flags = ["--argon2id-time", "2", "--argon2id-memory", "64", "--argon2id-threads", "2"];
    const { stdout } = await hash(["-p", "pw", "-a", "argon2id", ...flags]);
    expect(stdout).toMatch(/^\$argon2id\$v=19\$m=64,t=2,p=2\$/);
    expect(await opens(stdout, "pw", argon2id)).toBe(true);
    expect(await opens(stdout, "pW", argon2id)).toBe(false);
  });

  it("takes the first line of standard input, with or without its end", async () => {
    for (const input of ["a b", "a b\n", "a b\r\nand more\n"]) {
      expect(await opens((await hash(CHEAP, input)).stdout, "a b")).toBe(true);
    }
  });

  it("salts each hash anew", async () => {
    const [one, two] = await Promise.all([hash(CHEAP, "pw"), hash(CHEAP, "pw")]);
    expect(one.stdout).not.toBe(two.stdout);
  });

  it.each([
    ["there is no password", [], "\n", "there is no password"],
    ["the password is longer than bcrypt reads", [], "x".repeat(73), "72 bytes"],
    ["the password has no end", [], "x".repeat(70_000), "too long"],
    ["the algorithm is not known", ["-a", "md5", "-p", "pw"], "", "known: bcrypt, argon2id"],
    ["the cost is out of range", ["--bcrypt-cost", "3", "-p", "pw"], "", "from 4 to 31"],
    [
      "the memory is too little for the threads",
      ["-a", "argon2id", "--argon2id-threads", "9", "--argon2id-memory", "70", "-p", "pw"],
      "",
      "at least 72 KiB",
    ],
  ])("refuses: %s", async (_, args, input, message) => {
    const { code, stdout, stderr } = await hash(args, input);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
  });
});
