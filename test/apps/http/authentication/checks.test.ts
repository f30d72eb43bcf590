// Checks of passwords without passwords: a `verify` that the test settles when it likes.

import { describe, expect, it } from "@jest/globals";
import { PasswordChecks, type Question } from "../../../../src/apps/http/authentication/checks.js";
import type { Exchange } from "../../../../src/apps/http/exchange.js";

/** A client, which may go. */
const client = (clientIp = "192.0.2.1", destroyed = false) =>
  ({ clientIp, response: { raw: { destroyed } } }) as unknown as Exchange;

/** Checks, of which `atOnce` may run, and what they are asked to verify. */
function checking(atOnce = 1) {
  const checks = new PasswordChecks(atOnce);
  const begun: string[] = [];
  const settled: ((isRight: boolean) => void)[] = [];
  const verify = (_: string, password: Buffer) => {
    begun.push(password.toString());
    return new Promise<boolean>((resolve) => settled.push(resolve));
  };
  const ask = (password: string, by = client(), more: Partial<Question> = {}) => {
    const asked = { hash: "h", user: "ann", remember: true, verify, ...more };
    return checks.check({ ...asked, password: Buffer.from(password) }, by);
  };
  /** The same for whoever does not care for the outcome. */
  const begin = (...asked: Parameters<typeof ask>) => void ask(...asked);
  /** Let the oldest check that runs end, and the next begin. */
  const end = async (isRight: boolean) => {
    settled.shift()?.(isRight);
    await new Promise(setImmediate);
  };
  return { begun, ask, begin, end };
}

describe("checks of passwords", () => {
  it("run as many at a time as they may", async () => {
    const { ask, begun, end } = checking(2);
    const outcomes = ["a", "b", "c"].map((password) => ask(password));
    expect(begun).toEqual(["a", "b"]);
    await end(true);
    expect(begun).toEqual(["a", "b", "c"]);
    await end(false);
    await end(true);
    expect(await Promise.all(outcomes)).toEqual([true, false, true]);
  });

  it("are shared by all who ask for the same", async () => {
    const { ask, begun, end } = checking();
    const outcomes = [ask("a"), ask("a", client("192.0.2.2"), { remember: false })];
    await end(true);
    expect(await Promise.all(outcomes)).toEqual([true, true]);
    expect(begun).toEqual(["a"]);
  });

  it("are shared with nobody who has another name, hash or password", () => {
    const { begin, begun } = checking(9);
    begin("a");
    begin("a", client(), { user: "bob" });
    begin("a", client(), { hash: "other" });
    begin("a ");
    begin("", client(), { user: 'ann"]a' });
    expect(begun).toEqual(["a", "a", "a", "a ", ""]);
  });

  it("are remembered, right or wrong, if that is wanted", async () => {
    const { ask, begin, end } = checking(9);
    for (const isRight of [true, false]) {
      begin(`${isRight}`);
      await end(isRight);
      expect(ask(`${isRight}`)).toBe(isRight);
    }
    begin("x", client(), { remember: false });
    await end(true);
    expect(ask("x")).toBeInstanceOf(Promise);
  });

  it("forget no right password for wrong ones", async () => {
    const { ask, begin, end } = checking();
    begin("right");
    await end(true);
    for (let i = 0; i < 1100; i++) {
      begin(`wrong ${i}`);
      await end(false);
    }
    expect(ask("wrong 1099")).toBe(false);
    expect(ask("right")).toBe(true);
    expect(ask("wrong 0")).toBeInstanceOf(Promise);
  });

  it("let clients take turns", async () => {
    const { begin, begun, end } = checking();
    for (const password of ["1", "2", "3"]) begin(password, client("192.0.2.1"));
    begin("other", client("192.0.2.2"));
    for (let i = 0; i < 3; i++) await end(false);
    expect(begun).toEqual(["1", "2", "other", "3"]);
  });

  it("are not begun for clients that have gone, unless somebody else waits", async () => {
    const { begin, begun, end } = checking();
    begin("first");
    begin("gone", client("192.0.2.2", true));
    begin("shared", client("192.0.2.3", true));
    begin("shared");
    await end(false);
    expect(begun).toEqual(["first", "shared"]);
    await end(false);
    begin("gone");
    expect(begun).toEqual(["first", "shared", "gone"]);
  });

  it("are refused where too many of one client wait, and not those of others", () => {
    const { ask, begin } = checking();
    begin("running");
    for (let i = 0; i < 200; i++) begin(`${i}`);
    expect(() => ask("200")).toThrow(expect.objectContaining({ status: 503 }));
    expect(ask("0")).toBeInstanceOf(Promise);
    expect(ask("200", client("192.0.2.2"))).toBeInstanceOf(Promise);
  });

  it("are refused where too many wait in all", () => {
    const { ask, begin } = checking();
    begin("running");
    for (let i = 0; i < 2000; i++) begin(`${i}`, client(`192.0.2.${i % 20}`));
    expect(() => ask("x", client("::1"))).toThrow(expect.objectContaining({ status: 503 }));
  });

  it("go on after one that could not be made", async () => {
    const { ask, begun, end } = checking();
    const verify = () => Promise.reject(new Error("no such package"));
    await expect(ask("broken", client(), { verify })).rejects.toThrow("no such package");
    const outcome = ask("next");
    expect(begun).toEqual(["next"]);
    await end(true);
    expect(await outcome).toBe(true);
  });
});
