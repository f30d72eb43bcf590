// The `admin` section of the document: where the endpoint listens and who may ask. It is a module
// like any other, so a change of address is a change like any other.

import { chmod } from "node:fs/promises";
import type { Server } from "node:http";
import {
  type Context,
  type Definition,
  defineModule,
  type Lease,
  type Shared,
} from "../engine/index.js";
import { type ListenAddress, parseListen, printListen, Type } from "../schema/index.js";
import { type AdminAccess, type AdminAddress, type GuardRules, guardRules } from "./guard.js";

/** What the section needs from whoever makes the endpoint. */
export interface AdminSectionOptions {
  /** Where it listens when the document does not say; undefined: nowhere. */
  readonly defaultListen: string | undefined;
  /** A server that answers the admin API and asks `rules` at each request. */
  readonly createServer: (rules: () => GuardRules) => Server;
}

/** How long answers under way may take when the endpoint moves (milliseconds). */
const DRAIN_MS = 5000;

const closed = { additionalProperties: false } as const;

const AdminSchema = Type.Object(
  {
    disabled: Type.Optional(Type.Boolean({ description: "Have no admin endpoint." })),
    listen: Type.Optional(
      Type.String({
        description: 'Where to listen: "localhost:2019", "unix//run/graft.sock|0220".',
        examples: ["127.0.0.1:0"],
      }),
    ),
    enforce_origin: Type.Optional(
      Type.Boolean({ description: "Ask every request for an allowed Origin." }),
    ),
    origins: Type.Optional(
      Type.Array(Type.String(), { description: "Who may ask; by default the address itself." }),
    ),
    config: Type.Optional(
      Type.Object(
        {
          persist: Type.Optional(
            Type.Boolean({ description: "Whether changes are written down; true." }),
          ),
        },
        { ...closed, description: "What is done with the document itself." },
      ),
    ),
  },
  closed,
);

/** The definition of `/admin`. */
export function defineAdminSection(options: AdminSectionOptions): Definition {
  return defineModule({
    id: "admin",
    summary: "The endpoint that the document is changed by.",
    schema: AdminSchema,
    provision(config, context) {
      const text = config.listen ?? options.defaultListen;
      if (config.disabled === true || text === undefined) return {};
      const address = oneAddress(text, context);
      let lease: Lease<AdminListener> | undefined;
      return {
        async start() {
          const key = `admin ${printListen(address)}`;
          lease = await context.share(key, () => AdminListener.open(address, options));
        },
        activate() {
          lease?.value.admit(config);
        },
        stop: (cut: AbortSignal) => lease?.release(cut),
      };
    },
  }) as Definition;
}

function oneAddress(text: string, context: Context): ListenAddress {
  try {
    const [address, ...others] = parseListen(text);
    if (address && others.length === 0) return address;
  } catch (error) {
    context.fail(["listen"], error instanceof Error ? error.message : String(error));
  }
  return context.fail(["listen"], "must be one address, not a range");
}

/** The address as the guard knows it. */
function guarded(address: ListenAddress): AdminAddress {
  return "host" in address ? { ...address, network: "tcp" } : { network: address.network };
}

/** A listening endpoint. */
export class AdminListener implements Shared {
  #rules: GuardRules;
  readonly #server: Server;

  private constructor(
    readonly address: ListenAddress,
    options: AdminSectionOptions,
  ) {
    this.#rules = guardRules(guarded(address));
    this.#server = options.createServer(() => this.#rules);
  }

  static async open(address: ListenAddress, options: AdminSectionOptions): Promise<AdminListener> {
    const listener = new AdminListener(address, options);
    await listener.listen();
    if (address.network === "unix") await chmod(address.path, address.mode ?? 0o200);
    return listener;
  }

  /** Let those in whom the document allows; it may not know the port that the system chose. */
  admit(access: AdminAccess): void {
    const bound = this.#server.address();
    const { address } = this;
    const port = bound !== null && typeof bound === "object" ? bound.port : 0;
    this.#rules = guardRules(guarded("port" in address ? { ...address, port } : address), access);
  }

  /** Where it is reached, with the port the system chose where it was 0. */
  get bound(): string {
    const bound = this.#server.address();
    if (bound === null || typeof bound === "string") return printListen(this.address);
    const host = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
    return `${host}:${bound.port}`;
  }

  /** Answer what was asked, then go; streams that never end are cut. */
  async close(cut: AbortSignal): Promise<void> {
    const closing = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const cutOff = () => this.#server.closeAllConnections();
    const deadline = setTimeout(cutOff, DRAIN_MS);
    const sweep = setInterval(() => this.#server.closeIdleConnections(), 20);
    cut.addEventListener("abort", cutOff, { once: true });
    await closing;
    clearTimeout(deadline);
    clearInterval(sweep);
    cut.removeEventListener("abort", cutOff);
  }

  private listen(): Promise<void> {
    const { address } = this;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      const done = () => {
        this.#server.off("error", reject);
        resolve();
      };
      if (address.network === "unix") this.#server.listen(address.path, done);
      else if (address.network === "fd") this.#server.listen({ fd: address.fd }, done);
      else if (address.host === "") this.#server.listen({ port: address.port }, done);
      else this.#server.listen({ port: address.port, host: address.host }, done);
    });
  }
}
