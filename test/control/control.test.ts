// The one door: order, coalescing, dry runs, events, and what is stored while something else lives.

import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import {
  type ControlEvent,
  NotKept,
  PreconditionFailed,
  Unavailable,
} from "../../src/control/index.js";
import { type Json, replace, valueAt } from "../../src/document/index.js";
import { begun, prepared, said, saying, testStore } from "./support.js";

const unkept = { admin: { config: { persist: false } } };

describe("several changes at once", () => {
  it("are made in the order they came, each seeing the one before", async () => {
    const { control } = await begun(saying({ a: "" }));
    const path = said("a").split("/");
    const append = (letter: string) => {
      const edit = (doc: Json) => replace(doc, path, `${valueAt(doc, path)}${letter}`);
      return control.change({ edit, path, source: letter });
    };
    await Promise.all([..."living tree"].map(append));
    expect(control.get(path)).toBe("living tree");
  });

  it("has an answer that can be passed on as JSON", async () => {
    const { control, patch } = await begun(saying({ a: "" }));
    const answer = await patch(said("a"), "hello");
    const etag = control.etag(said("a").split("/"));
    expect(JSON.parse(JSON.stringify(answer))).toEqual({ changed: true, revision: 2, etag });
  });

  it("a thousand of them are answered one by one, and written and swapped in far fewer goes", async () => {
    const { control, store, patch, events, replayed } = await begun(saying({ a: "", b: "" }));
    const texts = Array.from({ length: 1000 }, (_, i) => `${i}`);
    const answers = await Promise.all(
      texts.map((text, i) => patch(said("ab"[i % 2] as string), text)),
    );
    expect(answers.map(({ revision }) => revision)).toEqual(texts.map((_, i) => i + 2));
    expect(new Set(answers.map(({ etag }) => etag)).size).toBe(1000);
    expect(store.appends.length).toBeLessThan(500);
    expect(events.map(({ type }) => type)).toEqual(texts.map(() => "applied"));
    expect(control.get(said("b").split("/"))).toBe("999");
    expect(await replayed()).toEqual(control.document);
  });

  it("of many that ask for the same state, one gets it", async () => {
    const { control, patch } = await begun(saying({ a: "one" }));
    const scope = said("a").split("/");
    const hash = control.etag(scope).split(" ").at(-1)?.slice(0, -1);
    const results = await Promise.allSettled(
      ["x", "y", "z"].map((text) => patch(said("a"), text, { guards: [{ path: scope, hash }] })),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    const [, second] = results as PromiseRejectedResult[];
    expect(second?.reason).toBeInstanceOf(PreconditionFailed);
    expect(control.get(scope)).toBe("x");
  });

  it("that wait when the door closes are made; later ones are refused", async () => {
    const { control, patch } = await begun(saying({ a: "one" }));
    const waiting = ["x", "y"].map((text) => patch(said("a"), text));
    const stopped = control.stop();
    await expect(patch(said("a"), "z")).rejects.toBeInstanceOf(Unavailable);
    await stopped;
    expect((await Promise.all(waiting)).map(({ revision }) => revision)).toEqual([2, 3]);
    expect(control.get(said("a").split("/"))).toBe("y");
  });
});

describe("a forced change", () => {
  it("builds everything anew, also when it is coalesced with one that does not", async () => {
    const routes = Array.from({ length: 70 }, (_, i) => ({
      handle: [{ toy: "say", text: `${i}` }],
    }));
    const document = { apps: { world: { servers: { a: { routes } } } } };
    const { control, ledger, patch } = await begun(document);
    const before = new Set(ledger.running);
    const force = { edit: (doc: Json) => doc, path: [], source: "load", force: true };
    await Promise.all([patch(said("a"), "new"), control.change(force)]);
    expect([...ledger.running].filter((toy) => before.has(toy))).toEqual([]);
  });
});

describe("a dry run", () => {
  it("tells what would change and what would be built, and leaves no trace", async () => {
    const { patch, trace, events, ledger } = await begun(saying({ a: "one", b: "two" }));
    const before = await trace();
    const calls = [...ledger.calls];
    const outcome = await patch(said("a"), "new", { dryRun: true });
    expect(outcome.preview).toEqual({
      changes: [{ op: "replace", path: `/${said("a")}`, value: "new" }],
      reprovision: [
        "/apps/world/servers/a/routes/0/handle/0",
        "/apps/world/servers/a/routes/0",
        "/apps/world/servers/a",
        "/apps/world",
        "/",
      ],
    });
    await expect(patch("apps/none/x", 1, { dryRun: true })).rejects.toThrow();
    expect([await trace(), events, ledger.calls]).toEqual([before, [], calls]);
  });
});

describe("a dry run of what changes nothing", () => {
  it("tells so, alone and behind a change of the same batch", async () => {
    const { control, patch } = await begun(saying({ a: "one" }));
    const nothing = { changed: false, preview: { changes: [], reprovision: [] } };
    expect(await patch(said("a"), "one", { dryRun: true })).toMatchObject(nothing);
    const [, dry, plain] = await Promise.all([
      patch(said("a"), "two"),
      patch(said("a"), "two", { dryRun: true }),
      patch(said("a"), "two"),
    ]);
    expect(dry).toMatchObject(nothing);
    expect(plain.preview).toBeUndefined();
    expect(await control.restore(2, { dryRun: true })).toMatchObject(nothing);
  });
});

describe("events", () => {
  it("tell what was applied and what refused, and can be read again from any of them on", async () => {
    const { control, patch, events } = await begun(saying({ a: "one" }));
    await patch(said("a"), "two", { author: "ann", reason: "test" });
    await expect(patch("apps/none/x", 1)).rejects.toThrow();
    await patch(said("a"), "three");
    expect(events.map(({ type }) => type)).toEqual(["applied", "refused", "applied"]);
    expect(events[0]).toMatchObject({ revision: { number: 2, author: "ann", reason: "test" } });
    const again: ControlEvent[] = [];
    control.subscribe((event) => again.push(event), events[0]?.id);
    expect(again).toEqual(events.slice(1));
  });

  it("reach everybody, and the change its caller, although a listener fails", async () => {
    const { control, patch } = await begun(saying({ a: "one" }));
    const heard: ControlEvent[] = [];
    control.subscribe(() => {
      throw new Error("a listener's own fault");
    });
    control.subscribe((event) => heard.push(event));
    expect((await patch(said("a"), "two")).revision).toBe(2);
    await expect(patch("apps/none/x", 1)).rejects.toThrow("does not exist");
    expect((await patch(said("a"), "three")).revision).toBe(3);
    expect(heard.length).toBe(3);
  });
});

describe("restoring a revision", () => {
  it("makes its document live as a new revision", async () => {
    const { control, patch, replayed } = await begun(saying({ a: "one" }));
    const first = control.document;
    await patch(said("a"), "two");
    expect(await control.restore(1, {})).toMatchObject({ changed: true, revision: 3 });
    expect(control.document).toEqual(first);
    expect(await replayed()).toEqual(first);
    await expect(control.restore(99, {})).rejects.toThrow(NotKept);
    const guards = [{ path: ["apps"], exists: false }];
    await expect(control.restore(1, { guards })).rejects.toThrow("/apps exists already");
  });
});

describe("beginning", () => {
  it("with another document than the stored one writes the difference", async () => {
    const store = testStore();
    await store.open();
    await store.append(
      [
        {
          number: 1,
          time: 1,
          source: "x",
          patch: [{ op: "add", path: "", value: saying({ a: "old" }) }],
        },
      ],
      saying({ a: "old" }),
    );
    await store.close();
    const { control, patch, replayed } = await begun(saying({ b: "new" }), store);
    expect(control.revision).toBe(2);
    await patch(said("b"), "newer");
    expect(await replayed()).toEqual(control.document);
  });

  it("with the stored document writes nothing", async () => {
    const store = testStore();
    await begun(saying({ a: "one" }), store);
    await store.close();
    const { control } = await begun(saying({ a: "one" }), store);
    expect([control.revision, store.appends.length]).toEqual([1, 1]);
  });

  it("lets changes that come meanwhile wait for their turn", async () => {
    const store = testStore();
    const { control, patch } = await prepared(store);
    store.before = () => setImmediate();
    const beginning = control.begin(saying({ a: "one" }), "start");
    const change = patch(said("a"), "two");
    await beginning;
    expect((await change).revision).toBe(2);
    expect(control.get(said("a").split("/"))).toBe("two");
  });

  it("refuses those changes when it fails", async () => {
    const { control, patch } = await prepared();
    const beginning = control.begin({ apps: { nothing: {} } }, "start");
    const change = patch(said("a"), "two");
    await expect(beginning).rejects.toThrow("unknown module");
    await expect(change).rejects.toBeInstanceOf(Unavailable);
  });
});

describe("a document that does not want to be kept", () => {
  it("is live and has no number; what is kept later replays to what is live then", async () => {
    const { control, patch, store, replayed } = await begun(saying({ a: "one" }, unkept));
    expect((await patch(said("a"), "two")).revision).toBe(0);
    expect((await patch(said("a"), "three")).revision).toBe(0);
    expect([control.revision, store.appends.length]).toEqual([0, 0]);
    expect((await patch("admin/config/persist", true)).revision).toBe(1);
    expect((await patch(said("a"), "four")).revision).toBe(2);
    expect(await replayed()).toEqual(control.document);
  });

  it("does not keep from the disk what was coalesced with it", async () => {
    const { control, patch, store, replayed } = await begun(
      saying({ a: "one" }, { admin: { config: { persist: true } } }),
    );
    const answers = await Promise.all([
      patch(said("a"), "kept"),
      patch("admin/config/persist", false),
      patch(said("a"), "not kept"),
      patch("admin/config/persist", true),
      patch("admin/config/persist", false),
    ]);
    expect(answers.map(({ revision }) => revision)).toEqual([2, 2, 2, 3, 3]);
    expect([control.revision, store.appends.length]).toEqual([3, 2]);
    expect(await replayed()).toEqual(await control.documentAt(3));
    expect(JSON.stringify(await control.readRevision(2))).not.toContain("not kept");
  });
});
