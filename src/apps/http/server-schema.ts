// The shape of one entry of `servers`.

import { Duration, InlineModule, MapOf, PartSlot, type Static, Type } from "../../schema/index.js";
import { RouteArray } from "./routes.js";

const closed = { additionalProperties: false } as const;

/** Accepted so that Caddy's documents load. TLS is not served yet, and where it would be is said. */
const AutoHttps = Type.Object(
  {
    disable: Type.Optional(Type.Boolean({ description: "Turn automatic HTTPS off." })),
    disable_redirects: Type.Optional(
      Type.Boolean({ description: "Do not redirect HTTP to HTTPS." }),
    ),
    disable_certificates: Type.Optional(
      Type.Boolean({ description: "Obtain no certificates, and renew none." }),
    ),
    skip: Type.Optional(Type.Array(Type.String(), { description: "Hosts that do without." })),
    skip_certificates: Type.Optional(
      Type.Array(Type.String(), { description: "Hosts that no certificates are obtained for." }),
    ),
    ignore_loaded_certificates: Type.Optional(
      Type.Boolean({ description: "Obtain certificates also where one was loaded." }),
    ),
  },
  { ...closed, description: "Automatic HTTPS." },
);

/** The shape of a server's config. */
export const ServerSchema = Type.Object(
  {
    listen: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Addresses to bind: ":8080", "[::1]:80", "127.0.0.1:8000-8010", "unix//run/a.sock|0660".',
        examples: [["127.0.0.1:0"]],
      }),
    ),
    routes: Type.Optional(RouteArray("The routes, asked in order.")),
    errors: Type.Optional(
      Type.Object(
        { routes: Type.Optional(RouteArray("Routes for requests that failed.")) },
        { ...closed, description: "What is done about errors." },
      ),
    ),
    named_routes: Type.Optional(
      MapOf(PartSlot("A route."), "Routes that run only where an `invoke` handler names them."),
    ),
    read_timeout: Type.Optional(
      Duration("How long a whole request may take to arrive; 0 is no limit."),
    ),
    read_header_timeout: Type.Optional(Duration("How long the head of a request may take; 1m.")),
    read_idle_timeout: Type.Optional(
      Duration("How long the body of a request may stand still; 1m. Below 0: no limit."),
    ),
    read_min_rate: Type.Optional(
      Type.Integer({
        description: "How fast it has to be on average beyond that (bytes per second); no limit.",
      }),
    ),
    write_timeout: Type.Optional(Duration("How long an answer may take; 0 is no limit.")),
    write_idle_timeout: Type.Optional(
      Duration("How long a client may read nothing of an answer; 1m. Below 0: no limit."),
    ),
    write_min_rate: Type.Optional(
      Type.Integer({
        description: "How fast it has to read on average beyond that (bytes per second); no limit.",
      }),
    ),
    max_write_chunk: Type.Optional(
      Type.Integer({
        description: "Accepted from Caddy's configs. What counts is what moves.",
      }),
    ),
    idle_timeout: Type.Optional(
      Duration("How long a connection may wait for the next request; 5m."),
    ),
    keepalive_interval: Type.Optional(
      Duration("After how long TCP probes an idle connection; 15s. Below 0: never."),
    ),
    keepalive_idle: Type.Optional(Duration("The same, and counts instead.")),
    max_header_bytes: Type.Optional(
      Type.Integer({ minimum: 0, description: "How large the head of a request may be; 16 KiB." }),
    ),
    enable_full_duplex: Type.Optional(
      Type.Boolean({
        description:
          "Accepted from Caddy's configs. A body may always be read while its answer is written.",
      }),
    ),
    trusted_proxies: Type.Optional(
      InlineModule(
        "http.ip_sources",
        "source",
        "The proxies whose headers tell the client's address.",
      ),
    ),
    client_ip_headers: Type.Optional(
      Type.Array(Type.String(), {
        description: "Where proxies write the client's address; X-Forwarded-For.",
      }),
    ),
    trusted_proxies_strict: Type.Optional(
      Type.Integer({ description: "If above 0, those fields are read from right to left." }),
    ),
    trusted_proxies_unix: Type.Optional(
      Type.Boolean({ description: "Whether who connects to a unix socket is a trusted proxy." }),
    ),
    expected_underscore_headers: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Names of request fields with "_" to let in: "x_user", "x_*". Others are dropped, and so ' +
          'are those that have "-" in its place.',
        examples: [["x_user"]],
      }),
    ),
    expected_dot_headers: Type.Optional(
      Type.Array(Type.String(), {
        description: 'The same for names with ".": "x.user", "x.*".',
        examples: [["x.user"]],
      }),
    ),
    automatic_https: Type.Optional(AutoHttps),
    protocols: Type.Optional(
      Type.Array(Type.Enum(["h1", "h2", "h3"]), {
        description: "Protocols to serve; without TLS only h1 applies.",
      }),
    ),
  },
  closed,
);

/** The config of a server. */
export type ServerConfig = Static<typeof ServerSchema>;
