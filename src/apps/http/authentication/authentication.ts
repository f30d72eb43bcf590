// `authentication`: lets in who one of its providers knows. Everybody else gets a 401 by way of the
// error routes, with the challenges of all providers.

import type { JsonObject } from "../../../document/index.js";
import type { Life } from "../../../engine/index.js";
import { ModuleMap, Type } from "../../../schema/index.js";
import { type Exchange, HttpError } from "../exchange.js";
import { defineHandler, type Next } from "../module.js";

/** The namespace of its providers. */
export const PROVIDERS = "http.authentication.providers";

/** Who asks. */
export interface User {
  readonly id: string;
}

/** Tells who asks. */
export interface Authenticator extends Life {
  /** What to say to whom it does not know: a value of `WWW-Authenticate`. */
  readonly challenge: string;
  /** Who asks; undefined when that is not shown. Throws when it cannot be found out. */
  authenticate(exchange: Exchange): User | undefined | Promise<User | undefined>;
}

/** Lets in who is known, and refuses everybody else. */
export const authentication = defineHandler({
  name: "authentication",
  stateless: true,
  summary: "Lets in who a provider knows, and refuses everybody else with 401.",
  schema: Type.Object(
    {
      providers: Type.Optional(
        ModuleMap(PROVIDERS, "Who tells users apart, asked in order. None: nobody is let in."),
      ),
    },
    { additionalProperties: false },
  ),

  glance: ({ providers = {} }, parts) => {
    for (const [name, node] of Object.entries(providers)) {
      if (!parts.named(PROVIDERS, name, node, ["providers", name])) return undefined;
    }
    return true;
  },

  provision({ providers = {} }, context) {
    const tasks = Object.entries(providers as JsonObject).map(
      ([name, node]) =>
        () =>
          context.named<Authenticator>(PROVIDERS, name, node, ["providers", name]),
    );
    const authenticators = context.all(tasks);
    return { handle: (exchange, next) => askFrom(0, authenticators, exchange, next) };
  },
});

/** Ask one provider after another. Waits only where one has to. */
function askFrom(
  at: number,
  providers: readonly Authenticator[],
  exchange: Exchange,
  next: Next,
): void | Promise<void> {
  const provider = providers[at];
  if (provider === undefined) throw refuse(providers, exchange);
  const decide = (user: User | undefined) => {
    if (user === undefined) return askFrom(at + 1, providers, exchange, next);
    exchange.placeholders.set("http.auth.user.id", user.id);
    return next(exchange);
  };
  const user = provider.authenticate(exchange);
  return user instanceof Promise ? user.then(decide) : decide(user);
}

function refuse(providers: readonly Authenticator[], { response }: Exchange): HttpError {
  const challenges = providers.map(({ challenge }) => challenge);
  response.headers.set("WWW-Authenticate", challenges);
  return new HttpError(401, "not authenticated");
}
