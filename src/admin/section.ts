// The `admin` section of the document: where the endpoint listens and who may ask. It is a module
// like any other, so a change of address is a change like any other.

import type { Server } from "node:http";
import type { Socket } from "node:net";
import {
  type Context,
  type Definition,
  defineModule,
  type Lease,
  type Shared,
} from "../engine/index.js";
import {
  acquireListeners,
  claimOf,
  Inlet,
  type Listeners,
  type Listening,
  type Receiver,
} from "../listeners/index.js";
import { type ListenAddress, parseListen, printBinding, Type } from "../schema/index.js";
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
/** The mode of a unix socket that only its owner may write to. */
const OWNER_ONLY = 0o200;

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
      let listeners: Lease<Listeners> | undefined;
      let endpoint: Lease<AdminListener> | undefined;
      const name = claimOf(address);
      return {
        claims: () =>
          name === undefined ? [] : [{ name, at: ["listen"], acquired: endpoint?.value.bound }],
        async start() {
          const shared = await acquireListeners(context);
          listeners = shared;
          const open = () => AdminListener.open(address, options, shared.value);
          endpoint = await context.share(`admin ${printBinding(address)}`, open);
        },
        activate() {
          endpoint?.value.admit(config);
        },
        async stop(cut: AbortSignal) {
          await endpoint?.release(cut);
          await listeners?.release(cut);
        },
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
export class AdminListener implements Receiver, Shared {
  #rules: GuardRules;
  readonly #inlet: Inlet;
  #listening: Listening | undefined;
  #isServing = false;

  private constructor(
    readonly address: ListenAddress,
    options: AdminSectionOptions,
  ) {
    this.#rules = guardRules(guarded(address));
    this.#inlet = new Inlet(options.createServer(() => this.#rules));
  }

  /** Bind an address. Rejects when it is in use by others or not ours. */
  static async open(
    address: ListenAddress,
    options: AdminSectionOptions,
    listeners: Listeners,
  ): Promise<AdminListener> {
    const endpoint = new AdminListener(address, options);
    // Who may write to a socket may change everything: its owner, unless the document says more.
    const wanted = address.network === "unix" ? { mode: OWNER_ONLY, ...address } : address;
    try {
      endpoint.#listening = await listeners.open(wanted, endpoint);
    } catch (error) {
      endpoint.#inlet.shut();
      throw error;
    }
    return endpoint;
  }

  /** Let those in whom the document allows; it may not know the port that the system chose. */
  admit(access: AdminAccess): void {
    const { address } = this;
    const port = this.#listening?.port ?? 0;
    this.#rules = guardRules(guarded("port" in address ? { ...address, port } : address), access);
    this.#isServing = true;
  }

  /** Where it is reached, with the port the system chose where it was 0. */
  get bound(): string {
    return this.#listening?.bound ?? "";
  }

  get isServing(): boolean {
    return this.#isServing;
  }

  accept(socket: Socket): void {
    this.#inlet.accept(socket);
  }

  /** Answer what was asked, then go; streams that never end are cut. */
  async close(cut: AbortSignal): Promise<void> {
    try {
      await this.#listening?.close();
    } finally {
      await this.#inlet.drain(AbortSignal.any([cut, AbortSignal.timeout(DRAIN_MS)]));
    }
  }
}
