// Draining: what went out of use finishes the work it has, up to a deadline, and is stopped. There
// is a cap on how much may drain at once; past it the oldest is cut.

import type { Life } from "./module.js";
import type { Ports } from "./ports.js";
import { Spot } from "./spot.js";
import { type Held, Unit } from "./unit.js";

/** How many swaps may have something draining before the oldest is cut. */
const MAX_DRAINS = 256;

const NO_LIMIT = Number.POSITIVE_INFINITY;

interface Drain {
  readonly cut: AbortController;
  readonly done: Promise<void>;
}

/** Stops what is no longer needed. */
export class Drains {
  /** Replaced, never changed: an old set would keep what was added later until a full collection. */
  #running: readonly Drain[] = [];

  constructor(private readonly ports: Ports) {}

  /** How many swaps still have something draining. */
  get size(): number {
    return this.#running.length;
  }

  /**
   * Stop these without waiting, parents first, each with the grace period that applies to it. `done`
   * is called when all have ended.
   */
  later(retired: readonly Held[], done: () => void = () => {}): void {
    const graceMs = graceOf(retired);
    const stopping = this.ending(retired, this.ports.clock.now() + graceMs);
    if (stopping.length === 0) {
      done();
      return;
    }
    const cut = new AbortController();
    const cancel = this.deadline(graceMs, cut);
    const ended = this.stopAll(stopping, cut.signal).finally(() => {
      cancel();
      this.#running = this.#running.filter((other) => other !== drain);
      done();
    });
    const drain: Drain = { cut, done: ended };
    this.#running = [...this.#running, drain];
    this.cutOldest();
  }

  /** Stop these, in this order, and wait: they never served, so there is nothing to drain. */
  async now(retired: readonly Held[]): Promise<void> {
    await this.stopAll(this.ending(retired, 0), AbortSignal.abort());
  }

  /** Wait for all that drains; at `cut` it is cut. True when nothing had to be. */
  async end(cut: AbortSignal): Promise<boolean> {
    const drains = this.#running;
    const cutAll = () => {
      for (const drain of drains) drain.cut.abort();
    };
    if (cut.aborted) cutAll();
    else cut.addEventListener("abort", cutAll, { once: true });
    await Promise.all(drains.map((drain) => drain.done));
    cut.removeEventListener("abort", cutAll);
    return !drains.some((drain) => drain.cut.signal.aborted);
  }

  /** Keep to the cap. What was cut may still take a moment to end, and counts no more. */
  private cutOldest(): void {
    if (this.#running.length <= MAX_DRAINS) return;
    const uncut = this.#running.filter(({ cut }) => !cut.signal.aborted);
    if (uncut.length > MAX_DRAINS) uncut[0]?.cut.abort();
  }

  private deadline(graceMs: number, cut: AbortController): () => void {
    if (graceMs === NO_LIMIT) return () => {};
    return this.ports.clock.after(graceMs, () => cut.abort());
  }

  /** Stop one instance. Never rejects. */
  async stop(unit: Unit, instance: Life, cut: AbortSignal): Promise<void> {
    try {
      await instance.stop?.(cut, unit.dueAt);
    } catch (error) {
      const { facts } = new Spot(this.ports, unit.node, unit);
      this.ports.log.error("stop failed", { module: unit.definition.id, ...facts, error });
    }
  }

  /** Those of them that have something to release: what was started, also when that failed. */
  private ending(retired: readonly Held[], dueAt: number): Unit[] {
    const stopping: Unit[] = [];
    for (const held of retired) {
      if (!(held instanceof Unit) || !held.lives) continue;
      if (held.started && held.alive?.stop !== undefined) stopping.push(held);
      held.started = false;
      held.dueAt = dueAt;
    }
    return stopping;
  }

  private async stopAll(units: readonly Unit[], cut: AbortSignal): Promise<void> {
    await Promise.all(units.map((unit) => unit.alive && this.stop(unit, unit.alive, cut)));
  }
}

/** The grace period of the app whose parts these are; the longest when there are several. */
function graceOf(retired: readonly Held[]): number {
  const periods = retired
    .map((held) => (held instanceof Unit ? held.alive?.graceMs : undefined))
    .filter((ms) => ms !== undefined);
  return periods.length === 0 ? NO_LIMIT : periods.reduce((most, ms) => Math.max(most, ms));
}
