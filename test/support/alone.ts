// One module, provisioned without an engine: for unit tests of handlers and matchers.

import { ConfigError, type Path } from "../../src/document/index.js";
import type { Context, Definition, Life } from "../../src/engine/index.js";
import { silentLog } from "../../src/engine/index.js";
import { Spot } from "../../src/engine/spot.js";

/** A context that offers what a leaf module needs; children and shared things are refused. */
export function loneContext(overrides: Partial<Context> = {}): Context {
  const refuse = () => {
    throw new Error("not in a lone context");
  };
  const clock = { now: Date.now, after: () => () => {}, every: () => () => {} };
  return {
    path: [],
    log: silentLog,
    clock,
    env: {},
    inline: refuse,
    named: refuse,
    part: refuse,
    list: refuse,
    all: (tasks) => [...tasks].map((task) => task()),
    use: () => undefined,
    enclosing: () => undefined,
    spot: (node, at) => new Spot({ clock, log: silentLog, env: {} }, node, { path: at }),
    share: async (_key, open) => {
      const value = await open();
      return { value, release: async (cut) => void (await value.close(cut)) };
    },
    keep: (_kind, _name, open) => {
      let kept: ReturnType<typeof open> | undefined;
      return () => {
        kept ??= open();
        return kept;
      };
    },
    fail(at: Path, message: string, hint?: string): never {
      throw new ConfigError({ path: at, message, ...(hint === undefined ? {} : { hint }) });
    },
    ...overrides,
  };
}

/** An instance of a leaf module. */
export function alone<C, I extends Life>(
  definition: Definition<C, I>,
  config: C,
  overrides: Partial<Context> = {},
): I {
  return definition.provision(config, loneContext(overrides));
}
