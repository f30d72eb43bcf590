// listeners: the addresses that are bound, and who gets what comes in there. Start with
// `listeners.ts`.

export { Inlet } from "./inlet.js";
export { acquireListeners, type Listeners, type Listening } from "./listeners.js";
export { claimOf } from "./reach.js";
export type { Receiver } from "./region.js";
