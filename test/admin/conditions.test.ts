import { afterEach, describe, expect, it } from "@jest/globals";
import { startAdmin, type TestAdmin } from "../support/admin.js";

let admin: TestAdmin;
afterEach(() => admin.close());

const etagOf = async (path: string) => (await admin.ask("GET", path)).headers.etag as string;
const write = (path: string, headers: Record<string, string>) =>
  admin.ask("PATCH", path, { json: 9, headers });

describe("If-Match", () => {
  it("lets a change through while the scope is what it was, and refuses it after", async () => {
    admin = await startAdmin({ a: 1, b: 2 });
    const headers = { "If-Match": await etagOf("/config/a") };
    expect((await write("/config/a", headers)).status).toBe(200);
    expect((await write("/config/a", headers)).status).toBe(412);
  });

  it("takes any scope for the guard, and lets disjoint changes pass each other", async () => {
    admin = await startAdmin({ a: 1, b: 2 });
    const guard = { "If-Match": await etagOf("/config/a") };
    expect((await write("/config/b", guard)).status).toBe(200);
    await write("/config/a", {});
    expect((await write("/config/b", guard)).status).toBe(412);
  });

  it("asks that every one of several holds", async () => {
    admin = await startAdmin({ a: 1, b: 2, c: 3 });
    const both = { "If-Match": `${await etagOf("/config/a")}, ${await etagOf("/config/b")}` };
    expect((await write("/config/c", both)).status).toBe(200);
    await write("/config/b", {});
    expect((await write("/config/c", both)).status).toBe(412);
  });

  it("guards the whole document, and a load", async () => {
    admin = await startAdmin({ a: 1 });
    const headers = { "If-Match": await etagOf("/config/") };
    expect((await admin.ask("POST", "/load", { json: { a: 2 }, headers })).status).toBe(200);
    expect((await admin.ask("POST", "/load", { json: { a: 3 }, headers })).status).toBe(412);
  });

  it("guards a restore", async () => {
    admin = await startAdmin({ a: 1 });
    await write("/config/a", {});
    const restore = (headers: Record<string, string>) =>
      admin.ask("POST", "/revisions/1/restore", { headers });
    const current = { "If-Match": await etagOf("/config/") };
    await admin.ask("PATCH", "/config/a", { json: 10 });
    expect((await restore(current)).status).toBe(412);
    expect((await restore({ "If-None-Match": "*" })).status).toBe(412);
    expect(admin.door.document).toEqual({ a: 10 });
    expect((await restore({ "If-Match": await etagOf("/config/") })).status).toBe(200);
    expect(admin.door.document).toEqual({ a: 9 });
  });

  it("means by * that there is something, and If-None-Match: * that there is nothing", async () => {
    admin = await startAdmin({ a: 1 });
    const put = (headers: Record<string, string>) =>
      admin.ask("POST", "/config/b", { json: 1, headers });
    expect((await put({ "If-Match": "*" })).status).toBe(412);
    expect((await put({ "If-None-Match": "*" })).status).toBe(200);
    expect((await put({ "If-None-Match": "*" })).status).toBe(412);
    expect((await put({ "If-Match": "*" })).status).toBe(200);
  });

  it.each([
    "/config/a 123",
    '"/config/a"',
    '"/config/a 1 2"',
    '"/config/a 1", oops',
    'W/"/config/a 1"',
    '""',
    '"',
    '"%zz 1"',
  ])("refuses %s as malformed", async (value) => {
    admin = await startAdmin({ a: 1 });
    expect((await write("/config/a", { "If-Match": value })).status).toBe(400);
    expect(admin.door.document).toEqual({ a: 1 });
  });

  it.each(["my site", 'say "hi", you', "日本語", "100%", "\ud800", "a/b"])(
    "works for a key such as %j",
    async (key) => {
      admin = await startAdmin({ [key]: 1 });
      const path = `/config/${encodeURIComponent(key.replace("\ud800", "x"))}`;
      const etag = await etagOf(path);
      expect(etag).toMatch(/^"[\x21-\x7e]+ [\w-]+"$/);
      if (key !== "\ud800") expect((await write(path, { "If-Match": etag })).status).toBe(200);
    },
  );
});

describe("If-None-Match on GET", () => {
  it("answers 304 to who has the scope already, also as one of several or weakened", async () => {
    admin = await startAdmin({ a: 1, "b,c": 2 });
    const etag = await etagOf("/config/b%2Cc");
    const get = (value: string, path = "/config/b%2Cc") =>
      admin.ask("GET", path, { headers: { "If-None-Match": value } });
    for (const value of [etag, `"x y", ${etag}`, `W/${etag}`, "*"]) {
      expect(await get(value)).toMatchObject({ status: 304, text: "", headers: { etag } });
    }
    expect((await get(etag, "/config/a")).status).toBe(200);
    await admin.ask("PATCH", "/config/b%2Cc", { json: 3 });
    expect((await get(etag)).status).toBe(200);
  });
});
