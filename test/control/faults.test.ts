// A change that fails, at whichever step, leaves no trace: what was live is live, and nothing else.

import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { Unavailable } from "../../src/control/index.js";
import { freeze, type Json, set } from "../../src/document/index.js";
import { begun, type Controlled, said, saying, testStore } from "./support.js";

const text = (value: Json): Json => ({ toy: "say", text: "new", ...(value as object) });
const at = (server: string) => said(server).replace("/text", "");

/** Each step of a change, and a change that fails there. */
const FAULTS: Readonly<Record<string, (on: Controlled) => Promise<unknown>>> = {
  "a guard": ({ patch }) => patch(said("a"), "x", { guards: [{ path: ["apps"], exists: false }] }),
  "a guard on a hash": ({ patch }) =>
    patch(said("a"), "x", { guards: [{ path: ["apps"], hash: "stale" }] }),
  "the edit": ({ patch }) => patch("apps/nothing/here", "x"),
  "an id that is there twice": ({ patch }) =>
    patch("apps/world/servers/b", { "@id": "a", routes: [] }),
  "an unknown module": ({ patch }) => patch(at("a"), { toy: "no such" }),
  "an unknown field": ({ control }) =>
    control.change({ edit: (doc) => set(doc, ["ap"], 1), path: [], source: "test" }),
  provisioning: ({ patch }) => patch(at("a"), text({ invalid: true })),
  "the first start": ({ patch }) => patch(at("a"), text({ broken: true })),
  "the last start": ({ patch }) =>
    patch("apps/world", {
      servers: {
        c: { "@id": "c", routes: [{ handle: [text({})] }, { handle: [text({})] }] },
        d: { "@id": "d", routes: [{ handle: [text({}), text({ broken: true })] }] },
      },
    }),
  "a full disk": ({ patch, store }) => {
    store.before = () => {
      throw new Error("ENOSPC");
    };
    return patch(said("a"), "x").finally(() => {
      store.before = () => {};
    });
  },
};

describe("a change that fails", () => {
  it.each(Object.keys(FAULTS))("at %s leaves no trace", async (fault) => {
    const on = await begun(saying({ a: "one", b: "two" }));
    await on.patch(said("b"), "three");
    await setImmediate();
    const before = await on.trace();
    for (let round = 0; round < 3; round++) {
      await expect((FAULTS[fault] as (on: Controlled) => Promise<unknown>)(on)).rejects.toThrow();
      expect(await on.trace()).toEqual(before);
    }
    expect(on.events.slice(-3).map(({ type }) => type)).toEqual(["refused", "refused", "refused"]);
    expect((await on.patch(said("a"), "four")).revision).toBe(3);
    expect(await on.replayed()).toEqual(on.control.document);
  });

  const ownFaults = Object.keys(FAULTS).filter((fault) => fault !== "a full disk");
  it.each(ownFaults)("at %s fails alone in its batch", async (fault) => {
    const on = await begun(saying({ a: "one", b: "two" }));
    const fail = FAULTS[fault] as (on: Controlled) => Promise<unknown>;
    const answers = [on.patch(said("b"), "three"), fail(on), on.patch(said("b"), "four")];
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await on.replayed()).toEqual(on.control.document);
    const running = on.ledger.made.filter((toy) => toy.started > toy.stopped).length;
    expect(running).toBe(on.ledger.running.size);
    expect((await on.patch(said("a"), "last")).revision).toBe(4);
  });

  it("for want of disk fails all that came with it, and they can be had later", async () => {
    const on = await begun(saying({ a: "one", b: "two" }));
    const before = await on.trace();
    on.store.before = () => {
      throw new Error("ENOSPC");
    };
    const changes = () => ["x", "y", "z"].map((value) => on.patch(said("a"), value));
    const full = await Promise.allSettled(changes());
    expect(full.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(await on.trace()).toEqual(before);
    on.store.before = () => {};
    const later = await Promise.all(changes());
    expect(later.map(({ revision }) => revision)).toEqual([2, 3, 4]);
  });

  it("stops what it had started, the last one first, and the failing one too", async () => {
    const { ledger, patch } = await begun(saying({ a: "one" }));
    ledger.calls.length = 0;
    const handle = ["x", "y", "z"].map((name) => text({ text: name, broken: name === "z" }));
    const change = patch("apps/world/servers/a/routes", [{ label: "r", handle }]);
    await expect(change).rejects.toThrow("broken");
    expect(ledger.calls).toEqual(["start x", "start y", "start z", "stop z", "stop y", "stop x"]);
  });

  it("stops whole trees the last one first when they cannot be written down", async () => {
    const { ledger, patch, store } = await begun(saying({ a: "one" }));
    ledger.calls.length = 0;
    store.before = () => {
      throw new Error("ENOSPC");
    };
    const routes = ["x", "y"].map((name) => ({ label: name, handle: [text({ text: name })] }));
    await expect(
      patch("apps/world", { label: "new", servers: { s: { label: "s", routes } } }),
    ).rejects.toThrow("ENOSPC");
    const started = ledger.calls.filter((call) => call.startsWith("start"));
    expect(started.length).toBe(6);
    const stopped = ledger.calls.slice(started.length).map((call) => call.slice("stop ".length));
    expect(stopped).toEqual(started.map((call) => call.slice("start ".length)).reverse());
  });
});

it("says that the change may be tried again when it could not be written down", async () => {
  const { patch, store } = await begun(saying({ a: "one" }));
  store.before = () => {
    throw new Error("ENOSPC: no space left");
  };
  const refused = await patch(said("a"), "x").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Unavailable);
  expect(refused).toMatchObject({
    message: "the change was not made, as it could not be kept: ENOSPC: no space left",
    cause: new Error("ENOSPC: no space left"),
  });
  store.before = () => {};
  expect((await patch(said("a"), "x")).changed).toBe(true);
});

describe("what follows a change that cannot be made live", () => {
  const broken = freeze(text({ broken: true }));

  it("is not told that it is so already", async () => {
    const { patch, control, events } = await begun(saying({ a: "one" }));
    const same = [patch(at("a"), broken), patch(at("a"), broken)];
    const results = await Promise.allSettled(same);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(events.map(({ type }) => type)).toEqual(["refused", "refused"]);
    expect(control.revision).toBe(1);
  });

  it("is not refused by a condition or a path that only that change would have broken", async () => {
    const { patch, control } = await begun(saying({ a: "one", b: "two" }));
    const hash = control.etag(["apps", "world", "servers", "a"]).split(" ").at(-1)?.slice(0, -1);
    const guards = [{ path: ["apps", "world", "servers", "a"], hash }];
    const servers = { b: { routes: [{ handle: [broken] }] } };
    const [first, second] = await Promise.allSettled([
      patch("apps/world/servers", servers),
      patch(said("a"), "three", { guards }),
    ]);
    expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
    expect(control.get(said("a").split("/"))).toBe("three");
  });

  it("is told so only once it is written down", async () => {
    const { patch, store } = await begun(saying({ a: "one" }));
    let write = () => {};
    store.before = () =>
      new Promise((resolve) => {
        write = resolve;
      });
    const answered: string[] = [];
    const first = patch(said("a"), "x").then(() => answered.push("first"));
    const second = patch(said("a"), "x").then(({ changed }) => answered.push(`second ${changed}`));
    await setImmediate();
    expect(answered).toEqual([]);
    write();
    await Promise.all([first, second]);
    expect(answered).toEqual(["first", "second false"]);
  });
});

describe("a first document that cannot be written down", () => {
  it("is served, for its text is elsewhere; a change is not made until it is on disk", async () => {
    const store = testStore();
    store.before = () => {
      throw new Error("ENOSPC");
    };
    const on = await begun(saying({ a: "one" }), store);
    expect(on.control.document).toEqual(saying({ a: "one" }));
    expect(on.control.revision).toBe(0);
    await expect(on.patch(said("a"), "two")).rejects.toThrow("ENOSPC");
    expect(on.control.document).toEqual(saying({ a: "one" }));

    store.before = () => {};
    expect((await on.patch(said("a"), "three")).revision).toBe(1);
    expect(await on.replayed()).toEqual(saying({ a: "three" }));
  });
});
