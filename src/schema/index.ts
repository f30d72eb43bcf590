// schema: the shape of a module's config: types, checks, and what the checker's findings mean to a
// person. Start with `types.ts`.

export * from "./address.js";
export * from "./check.js";
export * from "./duration.js";
export * from "./suggest.js";
export * from "./types.js";
