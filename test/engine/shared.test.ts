// What outlives a generation, and what is on its way out.

import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { Sequence } from "../../src/document/index.js";
import { Drains } from "../../src/engine/drain.js";
import { type Clock, type Definition, type Life, silentLog } from "../../src/engine/index.js";
import { SharedPool } from "../../src/engine/shared.js";
import { Unit, UnitList } from "../../src/engine/unit.js";
import { AnyJson } from "../../src/schema/index.js";
import { realClock } from "../support/admin.js";

const cut = AbortSignal.abort();

/** A resource that knows whether it was closed. */
function resource() {
  return {
    closed: 0,
    close() {
      this.closed++;
    },
  };
}

describe("a shared resource", () => {
  it("is opened once for all, also while it opens, and closed by the last of them", async () => {
    const pool = new SharedPool();
    let opened = 0;
    const open = async () => {
      opened++;
      await setImmediate();
      return resource();
    };
    const [a, b] = await Promise.all([pool.acquire("k", open), pool.acquire("k", open)]);
    expect([opened, a.value === b.value, pool.peekAny("k") === a.value]).toEqual([1, true, true]);
    await a.release(cut);
    await a.release(cut);
    expect([a.value.closed, pool.size]).toEqual([0, 1]);
    const next = await pool.acquire("k", open);
    await b.release(cut);
    expect([opened, a.value.closed]).toEqual([1, 0]);
    await next.release(cut);
    expect([a.value.closed, pool.size, pool.peekAny("k")]).toEqual([1, 0, undefined]);
  });

  it("that could not be opened fails all who wait, and is tried again by the next", async () => {
    const pool = new SharedPool();
    const fail = async () => {
      await setImmediate();
      throw new Error("in use");
    };
    const both = await Promise.allSettled([pool.acquire("k", fail), pool.acquire("k", fail)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(pool.size).toBe(0);
    const lease = await pool.acquire("k", resource);
    await lease.release(cut);
    expect([lease.value.closed, pool.size]).toEqual([1, 0]);
  });

  it("is opened anew while the last one still closes, and not closed with it", async () => {
    const pool = new SharedPool();
    let finish = () => {};
    const slow = {
      close: () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    };
    const first = await pool.acquire("k", () => slow);
    const closing = first.release(cut);
    await setImmediate();
    const second = await pool.acquire("k", resource);
    finish();
    await closing;
    expect([second.value.closed, pool.size, pool.peekAny("k")]).toEqual([0, 1, second.value]);
  });
});

const kind: Definition = {
  id: "kind",
  summary: "A kind.",
  schema: AnyJson("Anything."),
  provision: () => ({}),
};

function startedUnit(instance: Life): Unit {
  const unit = new Unit(
    kind,
    {},
    [],
    { instance, outline: undefined },
    [],
    undefined,
    () => instance,
  );
  unit.started = true;
  return unit;
}

/** A unit that stops when it is cut, or when it is told to. */
function slowUnit(graceMs?: number) {
  const state = { cut: false, end: () => {} };
  const stop = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      state.end = resolve;
      signal.addEventListener("abort", () => {
        state.cut = true;
      });
    });
  const unit = startedUnit({ stop, ...(graceMs === undefined ? {} : { graceMs }) });
  return { unit, state };
}

describe("what drains", () => {
  it("is cut at its deadline, which is called off when it ends before", async () => {
    const timers: { ms: number; run: () => void; cancelled: boolean }[] = [];
    const clock: Clock = {
      ...realClock,
      after(ms, run) {
        const timer = { ms, run, cancelled: false };
        timers.push(timer);
        return () => {
          timer.cancelled = true;
        };
      },
    };
    const drains = new Drains({ clock, log: silentLog, env: {} });
    const [late, early] = [slowUnit(5), slowUnit(7)];
    drains.later([late.unit]);
    drains.later([early.unit]);
    early.state.end();
    await setImmediate();
    expect(timers.map(({ ms, cancelled }) => [ms, cancelled])).toEqual([
      [5, false],
      [7, true],
    ]);
    timers[0]?.run();
    expect([late.state.cut, early.state.cut, drains.size]).toEqual([true, false, 1]);
    late.state.end();
    await setImmediate();
    expect(drains.size).toBe(0);
  });

  it("beyond the cap is cut from the oldest on, also when those take their time to end", async () => {
    const drains = new Drains({ clock: realClock, log: silentLog, env: {} });
    const units = Array.from({ length: 260 }, () => slowUnit());
    for (const { unit } of units) drains.later([unit]);
    expect(units.map(({ state }) => state.cut).indexOf(false)).toBe(4);
    expect(units.filter(({ state }) => state.cut).length).toBe(4);
    const ended = drains.end(AbortSignal.abort());
    for (const { state } of units) state.end();
    expect(await ended).toBe(false);
    expect([drains.size, units.every(({ state }) => state.cut)]).toEqual([0, true]);
  });

  it("does not hinder the rest when its stop fails", async () => {
    const drains = new Drains({ clock: realClock, log: silentLog, env: {} });
    let stopped = 0;
    const fail = startedUnit({
      stop() {
        throw new Error("cannot stop");
      },
    });
    const fine = startedUnit({ stop: () => void stopped++ });
    drains.later([fail, fine]);
    expect(await drains.end(new AbortController().signal)).toBe(true);
    expect([stopped, drains.size]).toEqual([1, 0]);
  });
});

describe("lists that nobody derives anything from", () => {
  it("do not hold on to those they came from", async () => {
    const first = new WeakRef(someList());
    let last = first.deref() as UnitList;
    for (let i = 0; i < 5; i++) last = spliced(last);
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    await setImmediate();
    collect();
    expect(first.deref()).toBeUndefined();
    expect(last.parts.length).toBe(5);
  });
});

function someList(): UnitList {
  return new UnitList("k", [], Sequence.of<Unit>([]), [], undefined);
}

function spliced(list: UnitList): UnitList {
  const by = list.parts.splice(0, 0, [startedUnit({})]);
  return new UnitList("k", [], by.sequence, [], undefined, { list, by });
}
