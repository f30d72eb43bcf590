// What a handler does to the answers of those after it, at the last moment.

import type { Exchange } from "./exchange.js";
import type { Next } from "./module.js";
import type { HeadHook } from "./response.js";

/**
 * Run the rest of the chain, and `hook` just before the head of its answer goes out. If that chain
 * fails, the answer is made by somebody else, and stays as it is.
 */
export function beforeHead(exchange: Exchange, next: Next, hook: HeadHook): void | Promise<void> {
  let failed = false;
  exchange.response.onHead((response) => {
    if (!failed) hook(response);
  });
  const fail = (error: unknown): never => {
    failed = true;
    throw error;
  };
  try {
    return next(exchange)?.then(undefined, fail);
  } catch (error) {
    return fail(error);
  }
}
