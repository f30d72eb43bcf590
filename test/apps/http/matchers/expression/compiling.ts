// Expressions without a server: compiled with the standard matchers, and asked with one request.

import { expression } from "../../../../../src/apps/http/matchers/index.js";
import type { Matcher } from "../../../../../src/apps/http/module.js";
import { standardModules } from "../../../../../src/apps/standard.js";
import type { Context, Life } from "../../../../../src/engine/index.js";
import { Registry } from "../../../../../src/engine/registry.js";
import { loneContext } from "../../../../support/alone.js";
import { type Asked, asking } from "../asking.js";

const registry = new Registry(standardModules);

/** A context that knows the standard matchers. */
export const context: Context = loneContext({
  env: { NETWORK: "192.0.2.0/24" },
  named<T extends Life>(namespace: string, name: string, node: unknown): T {
    const definition = registry.find(namespace, name);
    if (definition === undefined) return context.fail([], `unknown module: ${namespace}.${name}`);
    return definition.provision(node, context) as T;
  },
});

/** The matcher of an expression. */
export function compiled(text: string, name?: string): Matcher {
  const config = name === undefined ? text : { expr: text, name };
  return expression.provision(config, context);
}

/** Whether an expression is true of a request. */
export function holds(text: string, asked: Asked = {}): boolean {
  return compiled(text).match(asking(asked));
}
