// The library's front door: a living configuration, the modules to write for it, and the algebra of
// the document.

export { type AdminLimits, type GuardRules, guardRules, judge } from "./admin/index.js";
export type { HttpApp } from "./apps/http/app.js";
export type { Exchange } from "./apps/http/exchange.js";
export { HttpError } from "./apps/http/exchange.js";
export {
  defineHandler,
  defineMatcher,
  type Handler,
  type Matcher,
  type Next,
} from "./apps/http/module.js";
export { type Body, bodyOf } from "./apps/http/response.js";
export { standardModules } from "./apps/standard.js";
export * from "./control/index.js";
export * from "./document/index.js";
export * from "./engine/index.js";
export * from "./graft.js";
export { createLog, importsFromDisk, realClock } from "./platform/index.js";
export * from "./schema/index.js";
export { createJournalStore, createMemoryStore, type Store } from "./store/index.js";
