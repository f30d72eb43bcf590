// store: revisions on disk. Start with `store.ts`, then `journal.ts`.

export { StoreError, StoreUnwritable } from "./error.js";
export * from "./journal.js";
export * from "./memory.js";
export * from "./store.js";
