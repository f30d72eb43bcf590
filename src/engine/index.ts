// engine: runs one config and swaps it for the next, all of it or none. Knows modules only by the
// contract in `module.ts`; opens nothing itself. Start with `engine.ts`.

export * from "./engine.js";
export * from "./module.js";
export * from "./ports.js";
export * from "./registry.js";
export * from "./shared.js";
export type { Spot } from "./spot.js";
