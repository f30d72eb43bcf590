// The real clock: that its timers fire, end, and outlast what the runtime's own timers can hold.

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { realClock } from "../../src/platform/index.js";

const DAY_MS = 24 * 60 * 60 * 1000;

describe("the real clock", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it("calls once after a time, unless it is cancelled", () => {
    const run = jest.fn();
    realClock.after(100, run);
    realClock.after(100, run)();
    jest.advanceTimersByTime(99);
    expect(run).toHaveBeenCalledTimes(0);
    jest.advanceTimersByTime(1000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("calls again and again, until it is ended, also from within", () => {
    const run = jest.fn();
    const end = realClock.every(100, () => {
      run();
      if (run.mock.calls.length === 3) end();
    });
    jest.advanceTimersByTime(10_000);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it("waits for longer than a month when told to", () => {
    const run = jest.fn();
    realClock.after(60 * DAY_MS, run);
    const cancel = realClock.after(60 * DAY_MS, run);
    jest.advanceTimersByTime(59 * DAY_MS);
    cancel();
    expect(run).toHaveBeenCalledTimes(0);
    jest.advanceTimersByTime(DAY_MS);
    expect(run).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
