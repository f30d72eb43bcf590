// Modules that sleep: a glance at their config tells that they can be built, and they are built when
// they are first used. And what they keep in common meanwhile.

import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { childOf, type Json, type JsonObject } from "../../src/document/index.js";
import type { Definition, Keepable, Life } from "../../src/engine/index.js";
import { AnyJson } from "../../src/schema/index.js";
import { listing } from "./listing.js";

const schema = AnyJson("Anything.");

/** A lamp that burns the oil of its well. */
interface Lamp extends Life {
  light(): Well;
}

class Well implements Keepable {
  closed = 0;
  close(): void {
    this.closed++;
  }
}

/** A list element that holds a lamp, and tells nothing of itself. */
interface Room extends Life {
  readonly lamp: Lamp;
}

/** An engine with an app that is a list of rooms, and what became of their lamps. */
function rooms(extra: Partial<Definition<Json, Lamp, true>> = {}) {
  const calls: string[] = [];
  const wells: Well[] = [];
  const wellOf = (config: Json) => String(childOf(config, "well"));
  const lamp: Definition<Json, Lamp, true> = {
    id: "lamps.oil",
    summary: "A lamp.",
    schema,
    glance: (config, parts) => {
      parts.keep("well", wellOf(config));
      return true;
    },
    provision: (config, context) => {
      const name = wellOf(config);
      calls.push(`built ${name}`);
      const light = context.keep("well", name, () => {
        const well = new Well();
        wells.push(well);
        return well;
      });
      return { light, stop: () => void calls.push(`stopped ${name}`) };
    },
    ...extra,
  };
  const room: Definition<Json, Room, true> = {
    id: "room",
    summary: "A room.",
    schema,
    stateless: true,
    outline: () => true,
    glance: (config, parts) =>
      parts.inline("lamps", "lamp", config, []) === undefined ? undefined : true,
    provision: (config, context) => ({
      lamp: context.inline<Lamp>("lamps", "lamp", config as JsonObject, []),
    }),
  };
  const { engine, ...list } = listing(room, [lamp as never]);
  const lamps = (wells: readonly string[]) => wells.map((well) => ({ lamp: "oil", well }));
  const prepare = (...wells: string[]) => list.prepare(lamps(wells));
  const load = (...wells: string[]) => list.load(lamps(wells));
  const kept = () => [...engine.kept("well")];
  return { engine, calls, wells, prepare, load, kept };
}

describe("a module that sleeps", () => {
  it("is built when it is first used, once, and stopped when it goes out of use", async () => {
    const { calls, load } = rooms();
    const [first] = await load("a", "b");
    expect(calls).toEqual([]);
    first?.instance.lamp.light();
    first?.instance.lamp.light();
    expect(calls).toEqual(["built a"]);
    await load();
    expect(calls).toEqual(["built a", "stopped a"]);
  });

  it("goes on in the next generation as it was, awake or asleep", async () => {
    const { calls, load } = rooms();
    const before = await load("a", "b");
    const lamp = before[0]?.instance.lamp;
    const after = await load("a", "b", "c");
    expect(after[0]?.instance.lamp).toBe(lamp);
    expect(calls).toEqual(["built a"]);
  });

  it("is stopped at once when only a straggler of an old generation wakes it", async () => {
    const { calls, wells, load } = rooms();
    const [first] = await load("a");
    await load();
    expect(first?.instance.lamp.light()).toBeInstanceOf(Well);
    expect(calls).toEqual(["built a", "stopped a"]);
    expect(wells.map(({ closed }) => closed)).toEqual([1]);
  });

  it("is built to be checked when a glance leaves doubts, and lives from then on", async () => {
    const { calls, load } = rooms({ glance: () => undefined });
    await load("a");
    expect(calls).toEqual(["built a"]);
    await load();
    expect(calls).toEqual(["built a", "stopped a"]);
  });

  it("can have no start, which it might sleep through", async () => {
    const { load } = rooms({
      glance: () => undefined,
      provision: () => ({ light: () => new Well(), start() {} }),
    });
    await expect(load("a")).rejects.toThrow("lamps.oil may sleep through its start");
  });
});

describe("a module with a life that an element names, or is part of", () => {
  /** Counts, and so must not be built anew with whatever holds it. */
  const counter: Definition<Json, Life & { next(): number }, true> = {
    id: "counters.one",
    summary: "A counter.",
    schema,
    glance: () => true,
    provision: () => {
      let count = 0;
      return { next: () => ++count };
    },
  };

  it.each(["named", "part"] as const)("is held by it (%s)", async (way) => {
    const holder: Definition<Json, Life & { next(): number }, true> = {
      id: "holder",
      summary: "Holds a counter.",
      schema,
      stateless: true,
      outline: () => true,
      glance: (config, parts) =>
        way === "named"
          ? parts.named("counters", "one", config, ["x"])
          : parts.part(counter, config, []),
      provision: (config, context) =>
        way === "named"
          ? context.named("counters", "one", config, ["x"])
          : context.part(counter, config, []),
    };
    const [part] = await listing(holder, [counter as never]).load([{ x: 1 }]);
    expect([part?.instance.next(), part?.instance.next()]).toEqual([1, 2]);
  });
});

/** Rooms whose lamps burn on, all from one well, until `end` is called. */
function lingering() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const made = rooms({
    provision: (_, context) => {
      const light = context.keep("well", "a", () => {
        made.wells.push(new Well());
        return made.wells.at(-1) as Well;
      });
      return { light, stop: () => ended };
    },
  });
  return { ...made, end: () => end() };
}

describe("what is kept", () => {
  it("goes on until those have ended who used it, and is found again till then", async () => {
    const { engine, wells, load, kept, end } = lingering();
    const [first] = await load("a");
    const well = first?.instance.lamp.light();
    await load();
    expect([kept(), well?.closed]).toEqual([[["a", well]], 0]);
    const [back] = await load("a");
    expect(back?.instance.lamp.light()).toBe(well);
    await load();
    end();
    await setImmediate();
    expect([kept(), well?.closed]).toEqual([[], 1]);
    const [anew] = await load("a");
    expect(anew?.instance.lamp.light()).not.toBe(well);
    expect(wells.map(({ closed }) => closed)).toEqual([1, 0]);
    await engine.stop(AbortSignal.abort());
    expect(wells.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  it("is there for as long as anything in use names it, and opened by the first to use it", async () => {
    const { engine, wells, load, kept } = rooms();
    const [first, second] = await load("a", "a");
    expect(kept()).toEqual([["a", undefined]]);
    const well = first?.instance.lamp.light();
    expect(second?.instance.lamp.light()).toBe(well);
    const [last] = await load("a");
    expect(last?.instance.lamp.light()).toBe(well);
    expect(kept()).toEqual([["a", well]]);
    await load("b");
    await setImmediate();
    expect([kept(), wells.length, well?.closed]).toEqual([[["b", undefined]], 1, 1]);
    await engine.stop(AbortSignal.abort());
    expect([kept(), engine.inventory.shared]).toEqual([[], 0]);
  });

  it("can be opened by a straggler while others still end, and is closed with them", async () => {
    let end = () => {};
    const wells: Well[] = [];
    const { load } = rooms({
      provision: (config, context) => ({
        light: context.keep("well", String(childOf(config, "well")), () => {
          wells.push(new Well());
          return wells.at(-1) as Well;
        }),
        stop: () =>
          new Promise<void>((resolve) => {
            end = resolve;
          }),
      }),
    });
    const [first] = await load("a");
    const lamp = first?.instance.lamp;
    await load();
    expect(lamp?.light()).toBe(wells[0]);
    expect(wells.map(({ closed }) => closed)).toEqual([0]);
    end();
    await setImmediate();
    expect(wells.map(({ closed }) => closed)).toEqual([1]);
  });

  it("is not touched by a change that is given up", async () => {
    const { engine, load, prepare, kept } = rooms();
    const [first] = await load("a");
    const well = first?.instance.lamp.light();
    const candidate = prepare("b");
    await engine.start(candidate);
    await engine.discard(candidate);
    expect([kept(), well?.closed]).toEqual([[["a", well]], 0]);
  });

  it("goes on for those who are ending, although a change that named it anew is given up", async () => {
    const { engine, load, prepare, kept, end } = lingering();
    const [first] = await load("a");
    const well = first?.instance.lamp.light();
    await load();
    const candidate = prepare("a");
    await engine.start(candidate);
    await engine.discard(candidate);
    expect([kept(), well?.closed]).toEqual([[["a", well]], 0]);
    end();
    await setImmediate();
    expect([kept(), well?.closed]).toEqual([[], 1]);
  });

  it("is closed with the change that used it while it started, and was given up", async () => {
    const { engine, wells, prepare, kept } = rooms({
      glance: undefined as never,
      provision: (_, context) => {
        const light = context.keep("well", "a", () => {
          wells.push(new Well());
          return wells.at(-1) as Well;
        });
        return { light, start: () => void light() };
      },
    });
    const candidate = prepare("a");
    await engine.start(candidate);
    await engine.discard(candidate);
    expect([kept(), wells.map(({ closed }) => closed)]).toEqual([[], [1]]);
  });

  it("is opened by what is in use only", () => {
    const { prepare } = rooms({
      glance: () => undefined,
      provision: (_, context) => {
        context.keep("well", "a", () => new Well())();
        return { light: () => new Well() };
      },
    });
    expect(() => prepare("a")).toThrow("well opened while provisioned");
  });
});
