// The HTTP app: servers, each at addresses of its own.

import { type Context, defineApp, type Lease, type Life, type Shared } from "../../engine/index.js";
import { Duration, durationMs, MapOf, PartSlot, Type } from "../../schema/index.js";
import { type HttpServer, server } from "./server.js";

/** The app that is running, as embedders and tests see it. */
export interface HttpApp extends Life {
  /** The addresses each server is bound to. */
  addresses(): Readonly<Record<string, readonly string[]>>;
}

/** `/apps/http`. */
export const http = defineApp({
  id: "http",
  summary: "Serves HTTP.",
  schema: Type.Object(
    {
      servers: Type.Optional(MapOf(PartSlot("A server."), "The servers, by name.")),
      http_port: Type.Optional(Type.Integer({ description: "The port of plain HTTP; 80." })),
      https_port: Type.Optional(Type.Integer({ description: "The port of HTTPS; 443." })),
      grace_period: Type.Optional(
        Duration("How long requests under way may take when their server goes; 0 is no limit."),
      ),
    },
    { additionalProperties: false },
  ),
  provision(config, context): HttpApp {
    const servers = new Map<string, HttpServer>();
    context.all(
      Object.entries(config.servers ?? {}).map(([name, node]) => () => {
        servers.set(name, context.part(server, node, ["servers", name]));
      }),
    );
    const ports = { http: config.http_port ?? 80, https: config.https_port ?? 443 };
    const misleading = [...servers].filter(([, one]) => one.expectsHttps(ports));
    const warned: Lease<Shared>[] = [];
    const graceMs = durationMs(config.grace_period, 0);
    return {
      ...(graceMs > 0 ? { graceMs } : {}),
      async start() {
        for (const [name] of misleading) warned.push(await warnOfPlainHttp(name, context));
      },
      async stop(cut) {
        for (const warning of warned.splice(0)) await warning.release(cut);
      },
      claims: () =>
        [...servers].flatMap(([name, one]) =>
          one.claims().map((claim) => ({ ...claim, at: ["servers", name, ...claim.at] })),
        ),
      addresses: () => Object.fromEntries([...servers].map(([name, s]) => [name, s.addresses])),
    };
  },
});

/** Say it once, and again only after the server was gone for a while, or was meant otherwise. */
function warnOfPlainHttp(server: string, context: Context): Promise<Lease<Shared>> {
  return context.share(`http.plain ${server}`, () => {
    const hint = 'write "automatic_https": {"disable": true} if that is meant';
    context.log.warn("TLS is not served yet: this server speaks plain HTTP", { server, hint });
    return { close() {} };
  });
}
