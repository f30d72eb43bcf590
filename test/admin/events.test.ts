import { get, type IncomingMessage } from "node:http";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { NewEvent } from "../../src/control/change.js";
import { EventLog } from "../../src/control/events.js";
import type { ControlEvent, Door } from "../../src/control/index.js";
import { silentLog } from "../../src/engine/index.js";
import { realClock, startAdmin, type TestAdmin } from "../support/admin.js";
import { fakeDoor } from "../support/fake-door.js";

let admin: TestAdmin;
afterEach(() => admin.close());

/** One event as a client reads it. */
interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

interface Follower {
  readonly response: IncomingMessage;
  /** The events so far, when there are at least `count`. */
  told(count: number): Promise<Told[]>;
  readonly comments: () => number;
}

function follow(path = "/events", headers: Record<string, string> = {}): Promise<Follower> {
  return new Promise((resolve, reject) => {
    const request = get({ port: admin.port, host: "127.0.0.1", path, headers }, (response) => {
      let text = "";
      response
        .on("error", () => {})
        .on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
      const blocks = () => text.split("\n\n").slice(0, -1);
      resolve({
        response,
        comments: () => blocks().filter((block) => block.startsWith(":")).length,
        async told(count) {
          const events = () => blocks().filter((block) => block.startsWith("id:"));
          while (events().length < count) await new Promise((next) => setTimeout(next, 5));
          return events().map(parse);
        },
      });
    });
    request.on("error", reject);
  });
}

function parse(block: string): Told {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
  return { id: field("id"), event: field("event"), data: JSON.parse(field("data")) };
}

const patch = (path: string, json: number) => admin.ask("PATCH", `/config/${path}`, { json });

const refusal = (id: number, error = "no"): ControlEvent => {
  return { id, type: "refused", time: 5, path: ["a"], source: "load", author: "ann", error };
};

describe("GET /events", () => {
  it("tells every change, applied or refused", async () => {
    admin = await startAdmin({ a: 1 });
    const follower = await follow();
    expect(follower.response.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    });
    await patch("a", 2);
    admin.door.tell(refusal(2));
    expect(await follower.told(2)).toMatchObject([
      {
        id: "1",
        event: "applied",
        data: { number: 1, source: "PATCH /config/a", patch: [{ path: "/a", value: 2 }] },
      },
      {
        id: "2",
        event: "refused",
        data: { time: 5, path: "/a", source: "load", author: "ann", error: "no" },
      },
    ]);
  });

  it("is narrowed by ?path to changes of those scopes, of what holds them and of what they hold", async () => {
    admin = await startAdmin({ a: { b: 1, c: 1 }, d: 1, "x/y": 1 });
    const follower = await follow("/events?path=/a/b&path=x%252Fy");
    await patch("a/c", 2);
    await patch("a/b", 2);
    await patch("d", 2);
    await patch("x%2Fy", 2);
    await admin.ask("PATCH", "/config/a", { json: 5 });
    const paths = (await follower.told(3)).map(({ data }) => (data as { number: number }).number);
    expect(paths).toEqual([2, 4, 5]);
  });

  it("is narrowed likewise to what was refused", async () => {
    admin = await startAdmin({ a: { b: 1 }, d: 1 });
    const follower = await follow("/events?path=/a/b");
    const elsewhere = await follow("/events?path=/d");
    admin.door.tell(refusal(1));
    admin.door.tell({ ...refusal(2), path: ["d"] } as ControlEvent);
    expect((await follower.told(1)).map(({ id }) => id)).toEqual(["1"]);
    expect((await elsewhere.told(1)).map(({ id }) => id)).toEqual(["2"]);
  });

  it("resumes after Last-Event-ID", async () => {
    admin = await startAdmin({ a: 1 });
    for (const value of [2, 3, 4]) await patch("a", value);
    const byHeader = await follow("/events", { "Last-Event-ID": "1" });
    expect((await byHeader.told(2)).map(({ id }) => id)).toEqual(["2", "3"]);
    const byQuery = await follow("/events?last_event_id=2");
    expect((await byQuery.told(1)).map(({ id }) => id)).toEqual(["3"]);
    const headers = { "Last-Event-ID": "x" };
    expect((await admin.ask("GET", "/events", { headers })).status).toBe(400);
  });

  it("resumes after an id that was made from real time", async () => {
    const log = new EventLog(realClock.now(), silentLog);
    const { id: _, ...told } = refusal(0);
    const ids: string[] = [];
    log.subscribe(({ id }) => ids.push(String(id)));
    for (let i = 0; i < 3; i++) log.add(told as NewEvent);
    const subscribe: Door["subscribe"] = (listener, since) => log.subscribe(listener, since);
    admin = await startAdmin({}, { door: Object.assign(fakeDoor(), { subscribe }) });
    const byHeader = await follow("/events", { "Last-Event-ID": ids[0] as string });
    expect(byHeader.response.statusCode).toBe(200);
    expect((await byHeader.told(2)).map(({ id }) => id)).toEqual(ids.slice(1));
    const byQuery = await follow(`/events?last_event_id=${ids[1]}`);
    expect((await byQuery.told(1)).map(({ id }) => id)).toEqual(ids.slice(2));
    const never = await admin.ask("GET", "/events?last_event_id=9007199254740993");
    expect(never.status).toBe(400);
  });

  it("gives a sign of life while nothing happens", async () => {
    let beat = () => {};
    const clock = {
      ...realClock,
      every: (_: number, run: () => void) => {
        beat = run;
        return () => {};
      },
    };
    admin = await startAdmin({}, { clock });
    const follower = await follow();
    beat();
    while (follower.comments() < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("ends when nothing more will happen, having told all that did", async () => {
    const ending = new AbortController();
    admin = await startAdmin({ a: 0 }, { ended: ending.signal });
    const { response, told } = await follow();
    const ended = new Promise((resolve) => response.once("end", resolve));
    await patch("a", 1);
    ending.abort();
    await ended;
    expect(await told(1)).toHaveLength(1);
    expect((await admin.ask("GET", "/events")).status).toBe(503);
  });

  it("forgets a client that has gone", async () => {
    admin = await startAdmin({});
    const follower = await follow();
    expect(admin.door.followers).toBe(1);
    follower.response.destroy();
    while (admin.door.followers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("cuts off a client that does not read, and keeps the others", async () => {
    admin = await startAdmin({}, { limits: { eventQueueBytes: 256 * 1024 } });
    const slow = await follow();
    const fast = await follow();
    slow.response.pause();
    const long = "x".repeat(1024 * 1024);
    let id = 0;
    while (admin.door.followers === 2 && id < 200) {
      admin.door.tell(refusal(++id, long));
      await fast.told(id);
    }
    expect(admin.door.followers).toBe(1);
    admin.door.tell(refusal(++id));
    expect((await fast.told(id)).at(-1)?.id).toBe(String(id));
  });

  it("refuses more clients than it may have, until one leaves", async () => {
    admin = await startAdmin({}, { limits: { eventClients: 1 } });
    const first = await follow();
    expect(await admin.ask("GET", "/events")).toMatchObject({ status: 503 });
    first.response.destroy();
    while (admin.door.followers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await follow()).response.statusCode).toBe(200);
  });
});
