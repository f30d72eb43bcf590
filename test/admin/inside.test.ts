import { afterEach, describe, expect, it } from "@jest/globals";
import { startAdmin, type TestAdmin } from "../support/admin.js";

let admin: TestAdmin;
afterEach(() => admin.close());

/** An admin whose document was `{a: 1}`, then `{a: 2}`, then `{a: 3}`. */
async function withHistory(): Promise<void> {
  admin = await startAdmin({ a: 0 });
  for (const json of [1, 2, 3]) {
    const headers = { "X-Graft-Author": "ann", "X-Graft-Reason": `because ${json}` };
    await admin.ask("PATCH", "/config/a", { json, headers });
  }
}

describe("/revisions", () => {
  it("lists who changed what and why, newest first, without the patches", async () => {
    await withHistory();
    const { json } = await admin.ask("GET", "/revisions?limit=2");
    expect(json).toEqual([
      { number: 3, time: 0, source: "PATCH /config/a", author: "ann", reason: "because 3" },
      { number: 2, time: 0, source: "PATCH /config/a", author: "ann", reason: "because 2" },
    ]);
    expect((await admin.ask("GET", "/revisions?before=2")).json).toHaveLength(1);
  });

  it("tells one in full, and the document as it was", async () => {
    await withHistory();
    expect((await admin.ask("GET", "/revisions/2")).json).toMatchObject({
      number: 2,
      patch: [{ op: "replace", path: "/a", value: 2 }],
    });
    expect((await admin.ask("GET", "/revisions/2/document")).json).toEqual({ a: 2 });
  });

  it("restores one as an ordinary change, or shows what that would do", async () => {
    await withHistory();
    const dry = await admin.ask("POST", "/revisions/1/restore?dry_run=true");
    expect(dry.json).toMatchObject({ changes: [{ path: "/a", value: 1 }] });
    const headers = { "X-Graft-Author": "bob" };
    const answer = await admin.ask("POST", "/revisions/1/restore", { headers });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(answer.headers.etag).toBe((await admin.ask("GET", "/config/")).headers.etag);
    expect(admin.door.document).toEqual({ a: 1 });
    expect((await admin.ask("GET", "/revisions/4")).json).toMatchObject({
      author: "bob",
      source: "restore 1",
    });
  });

  it.each([
    ["GET", "/revisions/9"],
    ["GET", "/revisions/9/document"],
    ["POST", "/revisions/9/restore"],
  ])(
    "says to %s %s that there is no such revision, and blames no part of the document",
    async (method, path) => {
      await withHistory();
      const error = "revision 9 does not exist, or is not kept any more";
      expect(await admin.ask(method, path)).toMatchObject({ status: 404, json: { error } });
      expect((await admin.ask(method, path)).json).not.toHaveProperty("path");
    },
  );

  it.each([
    ["GET", "/revisions/01", 404],
    ["GET", "/revisions/1e3", 404],
    ["GET", "/revisions/%zz", 400],
    ["GET", "/revisions?limit=-1", 400],
    ["GET", "/revisions?limit=0", 400],
    ["GET", "/revisions?before=x", 400],
    ["DELETE", "/revisions/1", 405],
    ["GET", "/revisions/1/restore", 405],
  ])("answers %s %s with %d", async (method, path, status) => {
    await withHistory();
    const answer = await admin.ask(method, path);
    expect(answer).toMatchObject({ status, json: { error: expect.any(String) } });
  });
});

describe("a look inside", () => {
  it("answers the metrics as the registry writes them", async () => {
    admin = await startAdmin();
    const { text, headers } = await admin.ask("GET", "/metrics");
    expect([text, headers["content-type"]]).toEqual(["up 1\n", "text/plain; version=0.0.4"]);
  });

  it("answers the upstreams it is given", async () => {
    admin = await startAdmin();
    const { json } = await admin.ask("GET", "/reverse_proxy/upstreams");
    expect(json).toEqual([{ address: "127.0.0.1:1", num_requests: 0, fails: 0 }]);
  });

  it("answers facts about the process, and those it is given", async () => {
    admin = await startAdmin(null, { vars: () => ({ revision: 7 }) });
    const { json } = await admin.ask("GET", "/debug/vars");
    expect(json).toMatchObject({ cmdline: expect.any(Array), memstats: {}, revision: 7 });
  });

  it("takes a CPU profile that developer tools can open, one at a time", async () => {
    admin = await startAdmin();
    const first = admin.ask("GET", "/debug/pprof/profile?seconds=1");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await admin.ask("GET", "/debug/pprof/profile?seconds=1")).status).toBe(409);
    const { json, headers } = await first;
    expect(json).toMatchObject({ nodes: expect.any(Array), samples: expect.any(Array) });
    expect(headers["content-disposition"]).toContain(".cpuprofile");
    expect((await admin.ask("GET", "/debug/pprof/profile?seconds=0")).status).toBe(400);
  });

  it("tells how long the event loop stood still", async () => {
    admin = await startAdmin();
    const asked = admin.ask("GET", "/debug/pprof/stalls?seconds=1");
    await new Promise((resolve) => setTimeout(resolve, 200));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    const { json } = await asked;
    expect(json).toMatchObject({ seconds: 1, percentiles_ms: expect.any(Array) });
    expect((json as { max_ms: number }).max_ms).toBeGreaterThan(40);
  });
});
