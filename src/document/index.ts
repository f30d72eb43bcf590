// document: the configuration as a frozen value, and its algebra. Start with `json.ts`, `edit.ts`.

export * from "./adapter.js";
export * from "./canonical.js";
export * from "./diff.js";
export * from "./edit.js";
export * from "./ends.js";
export * from "./equal.js";
export * from "./ids.js";
export * from "./issue.js";
export * from "./json.js";
export * from "./layered-map.js";
export * from "./own-text.js";
export * from "./patch.js";
export * from "./patch-types.js";
export * from "./path.js";
export * from "./reconcile.js";
export * from "./render.js";
export * from "./sequence.js";
export * from "./steps.js";
