// The global options as they were understood. Most of them are used by the assembly, some by
// directives that take their defaults from here.

import type { JsonObject } from "../../../src/document/index.js";
import type { BindContribution } from "../contribution.js";
import type { CustomLog } from "../logging/custom-log.js";
import type { Token } from "../syntax/token.js";
import type { TlsOptions } from "./tls-options.js";

/** All that the block of global options says. */
export interface GlobalOptions extends TlsOptions {
  readonly debug?: boolean;
  readonly httpPort?: number;
  readonly httpsPort?: number;
  readonly defaultBind?: readonly BindContribution["bind"][];
  /** Directives in the order of their routes, once the `order` option has changed it. */
  readonly order?: readonly string[];
  readonly logs?: readonly CustomLog[];
  /** The options of servers; those for longer addresses come first. */
  readonly servers?: readonly ServerOptions[];
  /** Fields of the http app, such as `grace_period`. */
  readonly http?: JsonObject;
  /** What the `metrics` option says. */
  readonly metrics?: JsonObject;
  readonly admin?: JsonObject;
  /** Whether the last configuration that was loaded is kept on disk. */
  readonly persistConfig?: boolean;
  readonly storage?: JsonObject;
  /** Apps that options configure themselves, by their names. */
  readonly apps?: Readonly<Record<string, JsonObject>>;
}

/** What a `servers` option says of the servers that listen on its address. */
export interface ServerOptions {
  /** Empty: all servers. */
  readonly address: string;
  /** The line of the option. */
  readonly token: Token;
  /** What the server is to be called; undefined when that was not said. */
  readonly name: Token | undefined;
  /** Fields of the server. Its wrappers are replaced even when there are none here. */
  readonly fields: JsonObject;
  /** Fields of the server's `logs`. */
  readonly logs: JsonObject;
  /** What its own `metrics` says, which is made to hold for all servers. */
  readonly metrics?: JsonObject;
}

/** The port of plain HTTP when no option names another. */
export const HTTP_PORT = 80;

/** The port of HTTPS when no option names another. */
export const HTTPS_PORT = 443;
