// admin: the document over HTTP. Parses requests to changes and renders what became of them; decides
// nothing itself. Start with `router.ts`.

export { AdminError } from "./failure.js";
export * from "./guard.js";
export type { AdminLimits, AdminOptions, AdminServerOptions, MetricsSource } from "./options.js";
export { createAdminRouter } from "./router.js";
export { createAdminServer } from "./server.js";
