import { describe, expect, it } from "@jest/globals";
import { credentialsIn } from "../../../../src/apps/http/authentication/credentials.js";

/** Name and password, as texts. */
function read(field: string | undefined) {
  const found = credentialsIn(field);
  return found && [found.user, found.password.toString()];
}

describe("a field of the scheme Basic", () => {
  it("names a user, and after the first colon a password", () => {
    expect(read("Basic YW5uOnB3")).toEqual(["ann", "pw"]);
    expect(read("bASIC YW5uOmE6Yg==")).toEqual(["ann", "a:b"]);
    expect(read("Basic Og==")).toEqual(["", ""]);
    expect(read("Basic YW5uOj8/Pw==")).toEqual(["ann", "???"]);
  });

  it.each([
    undefined,
    "",
    "Basic",
    "Basic ",
    "Basic YW5u",
    "Basic YW5uOnB3,",
    "Basic  YW5uOnB3",
    "Basic YW5uOnB3=",
    "Basic YW5uOmE6Yg",
    "Basic YW5uOj8_Pw==",
    "Basic YW5uOmE-Yg==",
    "Basic YW5u\nOnB3",
    "Bearer YW5uOnB3",
    "XBasic YW5uOnB3",
  ])("is none when it is not written as it should be: %j", (field) => {
    expect(read(field)).toBeUndefined();
  });

  it("keeps names apart that are no UTF-8", () => {
    const users = [0xfe, 0xff].map((byte) => {
      const text = Buffer.from([byte, 0x3a]).toString("base64");
      return credentialsIn(`Basic ${text}`)?.user;
    });
    expect(new Set(users).size).toBe(2);
    expect(users).not.toContain("\ufffd");
  });
});
