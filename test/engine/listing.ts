// An engine whose only app is a list, for tests of what becomes of the elements.

import { freeze, type Json, type JsonArray, reconcile } from "../../src/document/index.js";
import {
  type Definition,
  defineApp,
  Engine,
  type Life,
  type PartList,
  Registry,
  silentLog,
} from "../../src/engine/index.js";
import { AnyJson } from "../../src/schema/index.js";
import { realClock } from "../support/admin.js";

/** An engine with a list of these; `modules` are what may stand in them. */
export function listing<I extends Life, O>(
  element: Definition<Json, I, O>,
  modules: readonly Definition<Json, never, never>[] = [],
) {
  let list: PartList<I, O> | undefined;
  const app = defineApp({
    id: "list",
    summary: "A list.",
    schema: AnyJson("Anything."),
    provision(config, context) {
      list = context.list(element, config as JsonArray, []);
      return {};
    },
  });
  const registry = new Registry([app, ...modules] as unknown as Definition[]);
  const engine = new Engine({ registry, ports: { clock: realClock, log: silentLog, env: {} } });
  /** What is equal to an element of before is that element. */
  const prepare = (nodes: readonly Json[]) =>
    engine.prepare(reconcile(engine.document, freeze({ apps: { list: nodes } })));
  const load = async (nodes: readonly Json[]) => {
    const candidate = prepare(nodes);
    await engine.start(candidate);
    engine.swap(candidate);
    return [...(list as PartList<I, O>).parts];
  };
  return { engine, prepare, load };
}
