// The words the placeholder files share.

import type { Context } from "../../../engine/index.js";
import type { Exchange } from "../exchange.js";

/** What a template may read besides the request. */
export type Globals = Pick<Context, "env" | "clock">;

/** Reads a placeholder's value at a request; undefined when there is none. */
export type Read = (exchange: Exchange) => string | undefined;

/** What a name stands for: a text that never changes, something to read, or nothing at all. */
export type Meaning = string | Read | undefined;
